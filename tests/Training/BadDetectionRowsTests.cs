using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetDeepExtensions.Detection;
using MLNetDeepExtensions.Images;
using MLNetDeepExtensions.Training;
using static MLNetDeepExtensions.Tests.Training.SmallDetectors;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Tests.Training;

[TestClass]
public sealed class BadDetectionRowsTests
{
    private readonly MLContext ml = new(seed: 1);

    private static IReadOnlyDictionary<string, (Action<Row> Spoil, string Reason)> Kinds { get; } = new Dictionary<string, (Action<Row>, string)>
    {
        ["no image"] = (row => row.Image = null, "It has no image."),
        ["too few numbers"] = (row => row.BoundingBoxes = [1, 2, 3], "Boxes: expected 4 numbers for each of 1 labels, got 3."),
        ["too many boxes"] = (row => row.BoundingBoxes = [1, 2, 3, 4, 5, 6, 7, 8], "Boxes: expected 4 numbers for each of 1 labels, got 8."),
        ["NaN"] = (row => row.BoundingBoxes = [1, 2, float.NaN, 4], "Object 0: expected a box x0 < x1, y0 < y1 of finite numbers, got 1, 2, NaN, 4."),
        ["infinite"] = (row => row.BoundingBoxes = [1, 2, float.PositiveInfinity, 4], "Object 0: expected a box x0 < x1, y0 < y1 of finite numbers, got 1, 2, ∞, 4."),
        ["zero area"] = (row => row.BoundingBoxes = [1, 2, 1, 4], "Object 0: expected a box x0 < x1, y0 < y1 of finite numbers, got 1, 2, 1, 4."),
        ["reversed"] = (row => row.BoundingBoxes = [30, 2, 10, 4], "Object 0: expected a box x0 < x1, y0 < y1 of finite numbers, got 30, 2, 10, 4."),
        ["key 0"] = (row => row.Label = [0], "Object 0 has a missing label (key 0)."),
        ["unknown key"] = (row => row.Label = [7], "Object 0: expected a label key up to 3, got 7."),
    };

    public static IEnumerable<object[]> KindNames => Kinds.Keys.Select(kind => new object[] { kind });

    [TestMethod]
    [DynamicData(nameof(KindNames))]
    public void ABadRowIsNamedWithItsReason(string kind)
    {
        Row[] rows = GoodRows(4);
        rows[2] = Bad(kind);

        var fault = Assert.ThrowsExactly<InvalidDataException>(() => Fit(ml, Options(), rows));

        Assert.AreEqual($"Row 2 of the training data cannot be used: {Kinds[kind].Reason}", fault.Message.Replace("Infinity", "∞"));
    }

    [TestMethod]
    [DataRow(1000, DisplayName = "resident"), DataRow(4, DisplayName = "streamed")]
    public void BadRowsAreSkippedAndCountedWhereTheCallerWants(int pool)
    {
        var warnings = new List<string>();
        ml.Log += (_, e) =>
        {
            if (e.Kind == Microsoft.ML.Runtime.ChannelMessageKind.Warning)
                warnings.Add(e.RawMessage);
        };

        using SSDDetectionTransformer model = Fit(ml, Options() with { BadRows = BadRows.Skip, ShufflePoolSize = pool }, [.. Kinds.Keys.Select(Bad), .. GoodRows(6)]);

        Assert.AreEqual(Kinds.Count, model.History.SkippedRows);
        Assert.AreEqual("Row 0 of the training data cannot be used: It has no image. It is skipped.", warnings[0]);
        Assert.HasCount(6, warnings);
        Assert.AreEqual("9 rows could not be used and were skipped.", warnings[^1]);
    }

    [TestMethod]
    public void DataWithoutAUsableRowIsRefused()
    {
        var empty = Assert.ThrowsExactly<InvalidDataException>(() => ml.ObjectDetection.Trainers.SSD(Options()).Fit(ml.Data.LoadFromEnumerable(Array.Empty<Row>())));
        var bad = Assert.ThrowsExactly<InvalidDataException>(() => Fit(ml, Options() with { BadRows = BadRows.Skip }, [.. Kinds.Keys.Select(Bad)]));
        var validation = Assert.ThrowsExactly<InvalidDataException>(() => Fit(ml, Options() with { ValidationSet = ml.Data.LoadFromEnumerable(Array.Empty<Row>()) }));

        Assert.AreEqual("The data has no row that can be used (0 skipped).", empty.Message);
        Assert.AreEqual("The data has no row that can be used (9 skipped).", bad.Message);
        Assert.AreEqual("The validation data has no row.", validation.Message);
    }

    [TestMethod]
    public void ImagesWithoutObjectsAndBoxesOutsideAreLearntFrom()
    {
        Row none = GoodRow(0), outside = GoodRow(1);
        (none.Label, none.BoundingBoxes) = ([], []);
        (outside.Label, outside.BoundingBoxes) = ([1, 2], [500, 500, 600, 600, -20, -20, 30, 30]);

        using SSDDetectionTransformer model = Fit(ml, Options(), none, outside, GoodRow(2), GoodRow(3));
        using SSDDetectionTransformer empty = Fit(ml, Options(), none, none, none);

        Assert.AreEqual(0, model.History.SkippedRows + empty.History.SkippedRows);
        Assert.IsTrue(double.IsFinite(model.History.Epochs[0].Losses["loss"]));
    }

    [TestMethod]
    public void MissingAndWrongColumnsAreRefusedInTheWordsOfMLNet()
    {
        IDataView good = ml.Data.LoadFromEnumerable(GoodRows(2));
        foreach ((string column, IDataView view) in new[]
        {
            ("Image", ml.Transforms.DropColumns("Image").Fit(good).Transform(good)),
            ("Label", ml.Transforms.DropColumns("Label").Fit(good).Transform(good)),
            ("BoundingBoxes", ml.Transforms.DropColumns("BoundingBoxes").Fit(good).Transform(good)),
            ("Label", ml.Transforms.CopyColumns("Label", "BoundingBoxes").Fit(good).Transform(good)),
            ("BoundingBoxes", ml.Transforms.CopyColumns("BoundingBoxes", "Label").Fit(good).Transform(good)),
            ("Image", ml.Transforms.CopyColumns("Image", "Label").Fit(good).Transform(good)),
        })
        {
            var fault = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => ml.ObjectDetection.Trainers.SSD(Options()).Fit(view));
            StringAssert.Contains(fault.Message, $"'{column}'");
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => ml.ObjectDetection.Trainers.SSD(Options() with { ValidationSet = view }).Fit(good));
        }
    }

    [TestMethod]
    public void ValidationWithOtherClassesIsRefused()
    {
        IDataView Named(params string[] labels)
        {
            IDataView view = ml.Data.LoadFromEnumerable(labels.Select(label => new NamedRow { Image = GoodRow(0).Image, Label = [label], BoundingBoxes = [1, 1, 20, 20] }).ToList());
            return ml.Transforms.Conversion.MapValueToKey("Label").Fit(view).Transform(view);
        }

        var fault = Assert.ThrowsExactly<ArgumentException>(() =>
            ml.ObjectDetection.Trainers.SSD(Options() with { ValidationSet = Named("cat", "dog") }).Fit(Named("dog", "cat")));

        Assert.AreEqual("ValidationSet: column 'Label' has other keys than the training data: map both with the same fitted MapValueToKey.", fault.Message);
    }

    [TestMethod]
    public void ARateThatIsTooHighIsNamedAsTheCause()
    {
        var fault = Assert.ThrowsExactly<NonFiniteLossException>(() => Fit(ml, Options(epochs: 20) with { LearningRate = 1e12, ClipNorm = 0 }));

        StringAssert.Contains(fault.Message, "a learning rate that is too high");
        Assert.IsGreaterThan(1, fault.Step);
        Assert.IsTrue(fault.Term is "confidence" or "localisation");
    }

    [TestMethod]
    public void OneRowIsEnough()
    {
        using SSDDetectionTransformer model = Fit(ml, Options(epochs: 2), GoodRow(0));

        Assert.IsTrue(double.IsFinite(model.History.Epochs[1].Losses["loss"]));
        Assert.IsTrue(model.UseNetwork(network => Loop.Values(network).All(float.IsFinite)));
    }

    [TestMethod]
    public void BatchNormalisationOfOneValueIsRefusedInsteadOfLosingItsStatistics()
    {
        using var normalisation = new Blocks.BatchNormalisation(3);
        using Tensor one = ones(1, 3, 1, 1), two = ones(2, 3, 1, 1);

        var fault = Assert.ThrowsExactly<InvalidOperationException>(() => normalisation.forward(one));
        normalisation.forward(two).Dispose();
        normalisation.eval();
        normalisation.forward(one).Dispose();

        StringAssert.StartsWith(fault.Message, "Batch normalisation cannot learn from one value per channel, got [1, 3, 1, 1]: ");
        Assert.IsTrue(Loop.Values(normalisation).All(float.IsFinite));
    }

    private static Row Bad(string kind)
    {
        Row row = GoodRow(0);
        (row.Label, row.BoundingBoxes) = ([1], [4, 4, 20, 20]);
        Kinds[kind].Spoil(row);
        return row;
    }

    private sealed class NamedRow
    {
        [AnySizeImage]
        public MLImage? Image { get; set; }

        public string[] Label { get; set; } = [];

        public float[] BoundingBoxes { get; set; } = [];
    }
}
