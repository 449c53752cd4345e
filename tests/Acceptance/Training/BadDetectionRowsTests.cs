using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetDeepExtensions.Detection;
using MLNetDeepExtensions.Images;
using MLNetDeepExtensions.Tests.Acceptance.Conformance;
using MLNetDeepExtensions.Tests.Training;
using MLNetDeepExtensions.Training;
using static MLNetDeepExtensions.Tests.Training.SmallDetectors;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Tests.Acceptance.Training;

/// <summary>Every detector refuses, skips or learns from the same rows.</summary>
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

    public static IEnumerable<object[]> KindNames => Kinds.Keys.SelectMany(kind => ConformanceCases.DetectorNames.Select(name => new[] { kind, name[0] }));

    public static IEnumerable<object[]> Pools => ConformanceCases.DetectorNames.SelectMany(name => new object[][] { [1000, name[0]], [4, name[0]] });

    [TestMethod]
    [DynamicData(nameof(KindNames))]
    public void ABadRowIsNamedWithItsReason(string kind, string detector)
    {
        Row[] rows = GoodRows(4);
        rows[2] = Bad(kind);

        var fault = Assert.ThrowsExactly<InvalidDataException>(() => Fit(detector, options => options, rows));

        Assert.AreEqual($"Row 2 of the training data cannot be used: {Kinds[kind].Reason}", fault.Message.Replace("Infinity", "∞"));
    }

    [TestMethod]
    [DynamicData(nameof(Pools))]
    public void BadRowsAreSkippedAndCountedWhereTheCallerWants(int pool, string detector)
    {
        var warnings = new List<string>();
        ml.Log += (_, e) =>
        {
            if (e.Kind == Microsoft.ML.Runtime.ChannelMessageKind.Warning)
                warnings.Add(e.RawMessage);
        };

        using DetectionTransformer model = Fit(detector, options => options with { BadRows = BadRows.Skip, ShufflePoolSize = pool }, [.. Kinds.Keys.Select(Bad), .. GoodRows(6)]);

        Assert.AreEqual(Kinds.Count, model.History.SkippedRows);
        Assert.AreEqual("Row 0 of the training data cannot be used: It has no image. It is skipped.", warnings[0]);
        Assert.HasCount(6, warnings);
        Assert.AreEqual("9 rows could not be used and were skipped.", warnings[^1]);
    }

    [TestMethod]
    [DynamicData(nameof(ConformanceCases.DetectorNames), typeof(ConformanceCases))]
    public void DataWithoutAUsableRowIsRefused(string detector)
    {
        var empty = Assert.ThrowsExactly<InvalidDataException>(() => Trainer(detector, options => options).Fit(ml.Data.LoadFromEnumerable(Array.Empty<Row>())));
        var bad = Assert.ThrowsExactly<InvalidDataException>(() => Fit(detector, options => options with { BadRows = BadRows.Skip }, [.. Kinds.Keys.Select(Bad)]));
        var validation = Assert.ThrowsExactly<InvalidDataException>(() => Fit(detector, options => options with { ValidationSet = ml.Data.LoadFromEnumerable(Array.Empty<Row>()) }));

        Assert.AreEqual("The data has no row that can be used (0 skipped).", empty.Message);
        Assert.AreEqual("The data has no row that can be used (9 skipped).", bad.Message);
        Assert.AreEqual("The validation data has no row.", validation.Message);
    }

    [TestMethod]
    [DynamicData(nameof(ConformanceCases.DetectorNames), typeof(ConformanceCases))]
    public void ImagesWithoutObjectsAndBoxesOutsideAreLearntFrom(string detector)
    {
        Row none = GoodRow(0), outside = GoodRow(1);
        (none.Label, none.BoundingBoxes) = ([], []);
        (outside.Label, outside.BoundingBoxes) = ([1, 2], [500, 500, 600, 600, -20, -20, 30, 30]);

        using DetectionTransformer model = Fit(detector, options => options, none, outside, GoodRow(2), GoodRow(3));
        using DetectionTransformer empty = Fit(detector, options => options, none, none, none);

        Assert.AreEqual(0, model.History.SkippedRows + empty.History.SkippedRows);
        Assert.IsTrue(double.IsFinite(model.History.Epochs[0].Losses["loss"]));
    }

    [TestMethod]
    [DynamicData(nameof(ConformanceCases.DetectorNames), typeof(ConformanceCases))]
    public void MissingAndWrongColumnsAreRefusedInTheWordsOfMLNet(string detector)
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
            var fault = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Trainer(detector, options => options).Fit(view));
            StringAssert.Contains(fault.Message, $"'{column}'");
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Trainer(detector, options => options with { ValidationSet = view }).Fit(good));
        }
    }

    [TestMethod]
    [DynamicData(nameof(ConformanceCases.DetectorNames), typeof(ConformanceCases))]
    public void ValidationWithOtherClassesIsRefused(string detector)
    {
        IDataView Named(params string[] labels)
        {
            IDataView view = ml.Data.LoadFromEnumerable(labels.Select(label => new NamedRow { Image = GoodRow(0).Image, Label = [label], BoundingBoxes = [1, 1, 20, 20] }).ToList());
            return ml.Transforms.Conversion.MapValueToKey("Label").Fit(view).Transform(view);
        }

        var fault = Assert.ThrowsExactly<ArgumentException>(() =>
            Trainer(detector, options => options with { ValidationSet = Named("cat", "dog") }).Fit(Named("dog", "cat")));

        Assert.AreEqual("ValidationSet: column 'Label' has other keys than the training data: map both with the same fitted MapValueToKey.", fault.Message);
    }

    [TestMethod]
    [DynamicData(nameof(ConformanceCases.DetectorNames), typeof(ConformanceCases))]
    public void ARateThatIsTooHighIsNamedAsTheCause(string detector)
    {
        var fault = Assert.ThrowsExactly<NonFiniteLossException>(() => Fit(detector, options => options with { MaxEpochs = 20, LearningRate = 1e12, ClipNorm = 0 }));

        StringAssert.Contains(fault.Message, "a learning rate that is too high");
        Assert.IsGreaterThan(1, fault.Step);
        Assert.AreNotEqual("weights", fault.Term);
    }

    [TestMethod]
    [DynamicData(nameof(ConformanceCases.DetectorNames), typeof(ConformanceCases))]
    public void OneRowIsEnough(string detector)
    {
        using DetectionTransformer model = Fit(detector, options => options with { MaxEpochs = 2 }, GoodRow(0));

        Assert.IsTrue(double.IsFinite(model.History.Epochs[1].Losses["loss"]));
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

    private IEstimator<DetectionTransformer> Trainer(string detector, Func<DetectionTrainingOptions, DetectionTrainingOptions> change) =>
        ((IDetectorCase)ConformanceCases.Named(detector)).Create(ml, options => change(options with { MaxEpochs = 1 }));

    private DetectionTransformer Fit(string detector, Func<DetectionTrainingOptions, DetectionTrainingOptions> change, params IReadOnlyList<Row> rows) =>
        Trainer(detector, change).Fit(ml.Data.LoadFromEnumerable(rows.Count > 0 ? rows : GoodRows(8)));

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

        public float[] Proposals { get; set; } = [];
    }
}
