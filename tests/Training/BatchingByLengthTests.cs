using MLNetDeepExtensions.Images;
using MLNetDeepExtensions.Training;

namespace MLNetDeepExtensions.Tests.Training;

[TestClass]
public sealed class BatchingByLengthTests
{
    private static NumberedSample<int>[] Window(int count)
    {
        var random = new SampleRandom(1, 2, 3);
        return [.. Enumerable.Range(0, count).Select(row => new NumberedSample<int>(row, random.Below(50) + 1))];
    }

    private static IReadOnlyList<IReadOnlyList<NumberedSample<int>>> Cut(NumberedSample<int>[] window, int sortedBatches, int seed = 1) =>
        new BatchingByLength<int>(8, sortedBatches, length => length).Cut(window, new SampleRandom(seed, 0, 0));

    [TestMethod]
    public void EveryRowIsInOneBatchOfAtMostTheSize()
    {
        var batches = Cut(Window(1003), 20);
        CollectionAssert.AreEquivalent(Enumerable.Range(0, 1003).Select(row => (long)row).ToArray(), batches.SelectMany(batch => batch).Select(sample => sample.Row).ToArray());
        Assert.IsTrue(batches.All(batch => batch.Count is > 0 and <= 8));
    }

    [TestMethod]
    public void LengthsInABatchAreAlike()
    {
        double Padding(int sortedBatches) => Cut(Window(1600), sortedBatches).Sum(batch => batch.Sum(sample => batch.Max(other => other.Sample) - sample.Sample));
        Assert.IsLessThan(0.25 * Padding(1), Padding(20));
    }

    [TestMethod]
    public void OnlyNeighboursOfTheWindowAreSortedTogether()
    {
        foreach (var batch in Cut(Window(1600), 20))
            Assert.AreEqual(1, batch.Select(sample => sample.Row / 160).Distinct().Count());
    }

    [TestMethod]
    public void TheOrderOfBatchesIsThatOfTheSeed()
    {
        long[] Order(int seed) => [.. Cut(Window(1600), 20, seed).Select(batch => batch[0].Row)];
        CollectionAssert.AreEqual(Order(1), Order(1));
        CollectionAssert.AreNotEqual(Order(1), Order(2));
    }
}
