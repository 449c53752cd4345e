using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetDeepExtensions.Tests.Detection;

[TestClass]
public sealed class EvaluateMetricsTests
{
    static readonly float[] Here = [10, 10, 60, 60], There = [200, 200, 260, 240];

    sealed class Row
    {
        public string[] Label { get; set; } = [];
        public float[] BoundingBoxes { get; set; } = [];
        public string[] PredictedLabel { get; set; } = [];
        public float[] PredictedBoundingBoxes { get; set; } = [];
        public float[] Score { get; set; } = [];
        public bool[] Difficult { get; set; } = [];
        public bool[] Crowd { get; set; } = [];
        public float[] Area { get; set; } = [];
    }

    readonly MLContext _ml = new(seed: 1);

    static Row[] CatAndDog() =>
    [
        new() { Label = ["dog", "cat"], BoundingBoxes = [.. Here, .. There], PredictedLabel = ["cat"], PredictedBoundingBoxes = There, Score = [0.5f] },
        new() { PredictedLabel = ["zebra", "dog"], PredictedBoundingBoxes = [.. Here, .. Here], Score = [0.9f, 0.1f] },
    ];

    [TestMethod]
    public void ClassesAreMatchedByName()
    {
        ObjectDetectionMetrics metrics = _ml.ObjectDetection.Evaluate(_ml.Data.LoadFromEnumerable(CatAndDog()));
        Assert.AreEqual(0.5, metrics.MeanAveragePrecision, 1e-12);
        Assert.AreEqual(0.5, metrics.PascalVoc2007, 1e-12);
        Assert.AreEqual(2, metrics.ImageCount);
        CollectionAssert.AreEqual(new[] { "cat", "dog", "zebra" }, metrics.PerClass.Select(c => c.ClassName).ToArray());
        CollectionAssert.AreEqual(new[] { 1, 1, 0 }, metrics.PerClass.Select(c => c.ObjectCount).ToArray());
        CollectionAssert.AreEqual(new[] { 1, 1, 1 }, metrics.PerClass.Select(c => c.DetectionCount).ToArray());
        Assert.IsTrue(double.IsNaN(metrics.PerClass[2].Coco.AveragePrecision));
    }

    [TestMethod]
    public void KeysAndTextGiveTheSameNumbers()
    {
        IDataView text = _ml.Data.LoadFromEnumerable(CatAndDog());
        double expected = _ml.ObjectDetection.Evaluate(text).MeanAveragePrecision;
        foreach (string[] keyed in new[] { new[] { "Label" }, ["PredictedLabel"], ["Label", "PredictedLabel"] })
        {
            IDataView data = text;
            foreach (string column in keyed)
                data = _ml.Transforms.Conversion.MapValueToKey(column).Fit(data).Transform(data);
            Assert.AreEqual(expected, _ml.ObjectDetection.Evaluate(data).MeanAveragePrecision, string.Join("+", keyed));
        }
    }

    [TestMethod]
    public void KeyValuesGiveOrderAndClassesThatNoRowHas()
    {
        IDataView text = _ml.Data.LoadFromEnumerable(CatAndDog());
        IDataView names = _ml.Data.LoadFromEnumerable(new[] { "horse", "dog", "cat" }.Select(name => new { Name = name }));
        IDataView data = _ml.Transforms.Conversion.MapValueToKey("Label", keyData: names).Fit(text).Transform(text);
        CollectionAssert.AreEqual(
            new[] { "horse", "dog", "cat", "zebra" }, _ml.ObjectDetection.Evaluate(data).PerClass.Select(c => c.ClassName).ToArray());
    }

    [TestMethod]
    public void FlagsAndAreasAreReadWhereNamed()
    {
        Row[] rows =
        [
            new()
            {
                Label = ["dog", "dog"], BoundingBoxes = [.. Here, .. There], PredictedLabel = ["dog"], PredictedBoundingBoxes = Here, Score = [0.5f],
                Difficult = [false, true], Crowd = [false, true], Area = [100, float.NaN],
            },
        ];
        IDataView data = _ml.Data.LoadFromEnumerable(rows);
        ObjectDetectionMetrics without = _ml.ObjectDetection.Evaluate(data);
        ObjectDetectionMetrics with = _ml.ObjectDetection.Evaluate(data, difficultColumnName: "Difficult", crowdColumnName: "Crowd", areaColumnName: "Area");
        Assert.AreEqual(0.5, without.PascalVoc2010, 1e-12);
        Assert.AreEqual(1.0, with.PascalVoc2010, 1e-12);
        Assert.AreEqual(1.0, with.MeanAveragePrecision, 1e-12);
        Assert.IsTrue(double.IsNaN(without.Coco.AveragePrecisionSmall));
        Assert.AreEqual(1.0, with.Coco.AveragePrecisionSmall, 1e-12);
    }

    [TestMethod]
    public void ObjectsWithoutClassAreLeftOutWithAWarning()
    {
        var warnings = new List<string>();
        _ml.Log += (_, e) => { if (e.Kind == Microsoft.ML.Runtime.ChannelMessageKind.Warning) warnings.Add(e.RawMessage); };
        Row[] rows = CatAndDog();
        rows[0].Label[0] = "";
        Assert.AreEqual(1.0, _ml.ObjectDetection.Evaluate(_ml.Data.LoadFromEnumerable(rows)).MeanAveragePrecision, 1e-12);
        Assert.HasCount(1, warnings);
        StringAssert.StartsWith(warnings[0], "Left out 1 ");
    }

    [TestMethod]
    public void MissingColumnsAreNamedInTheWordsOfMLNet()
    {
        IDataView data = _ml.Data.LoadFromEnumerable(CatAndDog());
        AssertRefused("Could not find label column 'X'", () => _ml.ObjectDetection.Evaluate(data, labelColumnName: "X"));
        AssertRefused("Could not find predicted bounding box column 'X'", () => _ml.ObjectDetection.Evaluate(data, predictedBoundingBoxColumnName: "X"));
        AssertRefused("Could not find area column 'X'", () => _ml.ObjectDetection.Evaluate(data, areaColumnName: "X"));
    }

    [TestMethod]
    public void ColumnsOfTheWrongTypeAreNamedInTheWordsOfMLNet()
    {
        IDataView data = _ml.Data.LoadFromEnumerable(CatAndDog());
        AssertRefused("Schema mismatch for label column 'Score': expected VarVector<Key<UInt32>> or VarVector<String>, got VarVector<Single>",
            () => _ml.ObjectDetection.Evaluate(data, labelColumnName: "Score"));
        AssertRefused("Schema mismatch for difficult column 'Area': expected VarVector<Boolean>, got VarVector<Single>",
            () => _ml.ObjectDetection.Evaluate(data, difficultColumnName: "Area"));
        AssertRefused("Schema mismatch for score column 'Label': expected VarVector<Single>, got VarVector<String>",
            () => _ml.ObjectDetection.Evaluate(data, scoreColumnName: "Label"));
    }

    [TestMethod]
    public void RowsThatDoNotFitTogetherAreNamed()
    {
        Row[] rows = CatAndDog();
        rows[1].Score = [0.9f];
        AssertBadRow("Row 1, column 'Score': expected 2 values, 1 for each of the 2 in 'PredictedLabel', got 1.", rows);
        rows[1].Score = [0.9f, float.NaN];
        AssertBadRow("Row 1: Detected object 1: expected a score, got NaN.", rows);
        rows[0].BoundingBoxes = [1, 2, 3, float.NaN, .. There];
        AssertBadRow("Row 0: Annotated object 0: expected four finite coordinates", rows);
    }

    void AssertBadRow(string message, Row[] rows) => StringAssert.StartsWith(
        Assert.ThrowsExactly<InvalidDataException>(() => _ml.ObjectDetection.Evaluate(_ml.Data.LoadFromEnumerable(rows))).Message, message);

    static void AssertRefused(string message, Func<object> call) =>
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => call()).Message, message);
}
