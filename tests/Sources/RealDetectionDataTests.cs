using Microsoft.ML;

namespace MLNetDeepExtensions.Tests.Sources;

/// <summary>Counts of real data sets; not decided where the data are not there (environment variable MLNETDEEP_DATA).</summary>
[TestClass]
public sealed class RealDetectionDataTests
{
    readonly MLContext _ml = new(seed: 1);
    readonly List<string> _warnings = [];

    [TestInitialize]
    public void Listen() => _ml.Log += (_, e) =>
    {
        if (e.Kind == Microsoft.ML.Runtime.ChannelMessageKind.Warning)
            _warnings.Add(e.RawMessage);
    };

    [TestMethod]
    [DataRow("train", 205, 2382, 214, 209)]
    [DataRow("val", 87, 968, 87, 83)]
    [DataRow("test", 72, 805, 71, 69)]
    public void BloodCellsAreCounted(string split, int images, int red, int white, int platelets)
    {
        SourceRow[] rows = SourceRow.Of(_ml, _ml.Data.LoadFromPascalVoc(RealData.Folder("bccd"), split));
        Assert.HasCount(images, rows);
        int flat = _warnings.Count == 0 ? 0 : int.Parse(_warnings.Single().Split(' ')[2]);
        AssertCounts(rows.SelectMany(row => row.Label), ("RBC", red - flat), ("WBC", white), ("Platelets", platelets));
        AssertInside(rows, 640, 480);
    }

    [TestMethod]
    public void BloodCellsHaveTwoBoxesWithoutArea()
    {
        _ml.Data.LoadFromPascalVoc(RealData.Folder("bccd"));
        StringAssert.StartsWith(_warnings.Single(), "Left out 2 invalid boxes: ");
        StringAssert.Contains(_warnings[0], "BloodImage_00338.xml");
        StringAssert.Contains(_warnings[0], "BloodImage_00343.xml");
    }

    [TestMethod]
    [DataRow("train", 72, new[] { 21, 26, 25, 22, 23, 20 })]
    [DataRow("test", 20, new[] { 7, 11, 7, 11, 12, 7 })]
    public void CardsAreCounted(string split, int images, int[] counts)
    {
        SourceRow[] rows = SourceRow.Of(_ml, _ml.Data.LoadFromPascalVoc(RealData.Folder("cards6"), split));
        Assert.HasCount(images, rows);
        Assert.IsTrue(rows.All(row => File.Exists(row.ImagePath)));
        AssertCounts(rows.SelectMany(row => row.Label), [.. new[] { "ace", "jack", "king", "nine", "queen", "ten" }.Zip(counts)]);
        Assert.IsEmpty(_warnings);
    }

    [TestMethod]
    [DataRow("train2017", 45, 433, 6, 67)]
    [DataRow("val2017", 20, 171, 2, 35)]
    public void CocoIsCounted(string split, int images, int boxes, int crowds, int classes)
    {
        string root = RealData.Folder("coco_mini");
        CocoSourceRow[] rows = CocoSourceRow.Of(_ml,
            _ml.Data.LoadFromCoco(Path.Combine(root, "annotations", $"instances_{split}.json"), Path.Combine(root, split)));
        Assert.HasCount(images, rows);
        Assert.AreEqual(boxes, rows.Sum(row => row.Label.Length));
        Assert.AreEqual(crowds, rows.Sum(row => row.Crowd.Count(crowd => crowd)));
        Assert.AreEqual(classes, rows.SelectMany(row => row.Label).Distinct().Count());
        Assert.IsTrue(rows.All(row => row.Area.All(area => area > 0)));
        Assert.IsEmpty(_warnings);
    }

    [TestMethod]
    public void CaptionsAreRefusedAsBoxes()
    {
        string root = RealData.Folder("coco_mini");
        Assert.ThrowsExactly<InvalidDataException>(() =>
            _ml.Data.LoadFromCoco(Path.Combine(root, "annotations", "captions_val2017.json"), Path.Combine(root, "val2017")));
    }

    static void AssertCounts(IEnumerable<string> labels, params (string Name, int Count)[] expected) =>
        CollectionAssert.AreEquivalent(expected, labels.GroupBy(name => name).Select(group => (group.Key, group.Count())).ToArray());

    static void AssertInside(SourceRow[] rows, int width, int height)
    {
        float[] corners = [.. rows.SelectMany(row => row.BoundingBoxes)];
        Assert.AreEqual(0, corners.Min());
        Assert.AreEqual(width, corners.Max());
        Assert.AreEqual(height, corners.Where((_, i) => i % 2 == 1).Max());
    }
}
