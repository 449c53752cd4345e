using MLNetDeepExtensions.Images;
using MLNetDeepExtensions.Training;

namespace MLNetDeepExtensions.Tests.Training;

[TestClass]
public sealed class BatchingByTokensTests
{
    private const int Limit = 200;

    private static (int Source, int Target) Lengths(int row) => (1 + row * 7 % 40, 1 + row * 11 % 37);

    private static IReadOnlyList<IReadOnlyList<NumberedSample<int>>> Cut(int rows, int epoch = 0)
    {
        NumberedSample<int>[] window = [.. Enumerable.Range(0, rows).Select(i => new NumberedSample<int>(i, i))];
        var random = new SampleRandom(1, epoch, -2);
        random.Shuffle<NumberedSample<int>>(window);
        return new BatchingByTokens<int>(Limit, Lengths).Cut(window, random);
    }

    private static string[] Contents(IReadOnlyList<IReadOnlyList<NumberedSample<int>>> batches) =>
        [.. batches.Select(batch => string.Join(' ', batch.Select(sample => sample.Sample)))];

    [TestMethod]
    [DataRow(0), DataRow(1), DataRow(500), DataRow(3001)]
    public void EverySampleIsInOneBatchAndNoBatchIsTooLarge(int rows)
    {
        var batches = Cut(rows);
        CollectionAssert.AreEquivalent(Enumerable.Range(0, rows).ToArray(), batches.SelectMany(batch => batch).Select(sample => sample.Sample).ToArray());
        foreach (var batch in batches)
        {
            Assert.IsLessThanOrEqualTo(Limit, batch.Count * batch.Max(sample => Lengths(sample.Sample).Source));
            Assert.IsLessThanOrEqualTo(Limit, batch.Count * batch.Max(sample => Lengths(sample.Sample).Target));
        }
    }

    [TestMethod]
    public void LittleIsPadding()
    {
        var batches = Cut(5000);
        double longest = batches.Sum(batch => batch.Count * batch.Max(sample => Math.Max(Lengths(sample.Sample).Source, Lengths(sample.Sample).Target)));
        double used = batches.Sum(batch => batch.Sum(sample => Math.Max(Lengths(sample.Sample).Source, Lengths(sample.Sample).Target)));
        Assert.IsGreaterThan(0.95, used / longest);
        Assert.IsGreaterThan(0.8, longest / batches.Count / Limit);
    }

    [TestMethod]
    public void ALongSampleIsABatchByItself()
    {
        NumberedSample<int>[] window = [new(0, 5), new(1, 1000), new(2, 6)];
        var batches = new BatchingByTokens<int>(100, length => (length, 1)).Cut(window, new SampleRandom(1, 0, 0));
        CollectionAssert.AreEquivalent(new[] { "5 6", "1000" }, Contents(batches));
    }

    [TestMethod]
    public void ASampleOfSeveralSentencesCountsForSoMany()
    {
        NumberedSample<int>[] window = [.. Enumerable.Range(0, 12).Select(i => new NumberedSample<int>(i, i))];
        var batches = new BatchingByTokens<int>(60, _ => (10, 8), row => row % 2 == 0 ? 1 : 3).Cut(window, new SampleRandom(1, 0, 0));
        CollectionAssert.AreEquivalent(new[] { "0 1 2", "3 4", "5 6", "7 8", "9 10", "11" }, Contents(batches));
    }

    [TestMethod]
    public void EpochsDifferInOrderAndInNeighbours()
    {
        CollectionAssert.AreEqual(Contents(Cut(1000)), Contents(Cut(1000)));
        string[] first = Contents(Cut(1000)), second = Contents(Cut(1000, epoch: 1));
        CollectionAssert.AreNotEqual(first, second);
        Assert.IsLessThan(first.Length / 2, first.Intersect(second).Count());
        int[] longest = [.. Cut(1000).Select(batch => batch.Max(sample => Lengths(sample.Sample).Source))];
        CollectionAssert.AreNotEqual(longest.Order().ToArray(), longest);
    }
}
