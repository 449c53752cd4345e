using MLNetDeepExtensions.Detection;

namespace MLNetDeepExtensions.Tests;

[TestClass]
public sealed class NonMaximumSuppressionTests
{
    private static readonly Box[] Five =
        [new(0, 0, 100, 100), new(10, 0, 110, 100), new(0, 0, 100, 45), new(200, 200, 300, 300), new(30, 0, 130, 100)];

    [TestMethod]
    [DataRow(0.3, new[] { 0, 3 })]
    [DataRow(0.45, new[] { 0, 2, 3 })]
    [DataRow(0.5, new[] { 0, 2, 3 })]
    [DataRow(0.7, new[] { 0, 2, 3, 4 })]
    public void KeptBoxesEqualTheWorkedExample(double threshold, int[] kept) =>
        CollectionAssert.AreEqual(kept, NonMaximumSuppression.Keep(Five, [0.9f, 0.8f, 0.7f, 0.6f, 0.5f], threshold));

    [TestMethod]
    public void KeptBoxesEqualTorchvision()
    {
        var golden = TensorGolden.Read("ssd/operations.json");
        var (boxes, scores) = (Many(1500), Numbers("scores", 1500));
        foreach (var expected in golden.GetProperty("nms").EnumerateObject())
            AreEqual(expected.Value.Longs(), NonMaximumSuppression.Keep(boxes[..400], scores[..400], double.Parse(expected.Name)));
        float[] tied = [.. Numbers("tied", 400).Select(value => MathF.Floor(value * 5) / 5)];
        AreEqual(golden.GetProperty("nmsTied").Longs(), NonMaximumSuppression.Keep(boxes[..400], tied, 0.5));
        int[] kinds = [.. Numbers("kinds", 1500).Select(value => (int)MathF.Floor((value + 1) * 2.5f))];
        AreEqual(golden.GetProperty("batchedNms").Longs(), NonMaximumSuppression.KeepPerClass(boxes, scores, kinds, 0.45));
    }

    [TestMethod]
    public void VectorsDropTheSameBoxesAsOneByOne()
    {
        var (boxes, scores) = (Many(1500), Numbers("scores", 1500));
        var kept = new List<int>();
        foreach (int i in Enumerable.Range(0, boxes.Length).OrderByDescending(i => scores[i]))
            if (kept.All(k => boxes[k].IntersectionOverUnion(boxes[i]) <= 0.4f))
                kept.Add(i);
        CollectionAssert.AreEqual(kept, NonMaximumSuppression.Keep(boxes, scores, 0.4f));
    }

    [TestMethod]
    public void NothingGivesNothing() => Assert.IsEmpty(NonMaximumSuppression.Keep([], [], 0.5));

    [TestMethod]
    public void UnequalCountsAreRefused() =>
        Assert.ThrowsExactly<ArgumentException>(() => NonMaximumSuppression.KeepPerClass(Five, [1, 2, 3], [0, 0, 0, 0, 0], 0.5));

    private static void AreEqual(long[] expected, int[] actual) =>
        CollectionAssert.AreEqual(expected, actual.Select(i => (long)i).ToArray());

    private static Box[] Many(int count)
    {
        using var boxes = Formula.Boxes("many", count);
        return [.. boxes.Values().Chunk(4).Select(c => new Box(c[0], c[1], c[2], c[3]))];
    }

    private static float[] Numbers(string name, int count)
    {
        using var numbers = Formula.Uniform(name, count);
        return numbers.Values();
    }
}
