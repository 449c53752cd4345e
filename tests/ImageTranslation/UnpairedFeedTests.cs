using System.Collections.Immutable;
using MLNetDeepExtensions.ImageTranslation;
using MLNetDeepExtensions.Images;
using MLNetDeepExtensions.Training;

namespace MLNetDeepExtensions.Tests.ImageTranslation;

[TestClass]
public sealed class UnpairedFeedTests
{
    [TestMethod]
    [DataRow(7, 3)]
    [DataRow(3, 7)]
    [DataRow(5, 5)]
    [DataRow(1, 4)]
    public void TheLargerSetMakesTheEpochAndTheOtherIsRepeatedEvenly(int first, int second)
    {
        (int X, int Y)[] pairs = Pairs(Feed(first, second, batchSize: 2), epoch: 0);
        int longer = Math.Max(first, second);
        Assert.HasCount(longer, pairs);
        foreach ((int count, int[] items) in new[] { (first, pairs.Select(pair => pair.X).ToArray()), (second, pairs.Select(pair => pair.Y).ToArray()) })
        {
            int[] uses = [.. Enumerable.Range(0, count).Select(item => items.Count(used => used == item))];
            Assert.IsLessThanOrEqualTo(1, uses.Max() - uses.Min());
        }
    }

    /// <summary>Pairs by position would leak: each image would meet the same partner for ever.</summary>
    [TestMethod]
    [DataRow(40, 40)]
    [DataRow(40, 13)]
    public void PartnersChangeFromEpochToEpoch(int first, int second)
    {
        UnpairedFeed<int, Batch> feed = Feed(first, second);
        (int, int)[] one = Pairs(feed, epoch: 0), other = Pairs(feed, epoch: 1);
        Assert.IsLessThan(10, one.Intersect(other).Count());
        CollectionAssert.AreEqual(one, Pairs(Feed(first, second), epoch: 0));
    }

    [TestMethod]
    public void SetsOfOneSizeAreNotShuffledAlike() => Assert.IsLessThan(10, Pairs(Feed(40, 40), epoch: 0).Count(pair => pair.X == pair.Y));

    [TestMethod]
    [DataRow(11, 4, 3)]
    [DataRow(4, 11, 3)]
    [DataRow(6, 6, 1)]
    public void ReadingGoesOnAtEveryPosition(int first, int second, int batchSize)
    {
        UnpairedFeed<int, Batch> feed = Feed(first, second, batchSize);
        FedBatch<Batch>[] all = [.. feed.Read(2, default, CancellationToken.None)];
        Assert.AreEqual(feed.RowCount, all[^1].RowsDone);
        for (int i = 0; i < all.Length; i++)
        {
            FedBatch<Batch>[] rest = [.. feed.Read(2, all[i].Next, CancellationToken.None)];
            CollectionAssert.AreEqual(all[(i + 1)..].SelectMany(fed => fed.Batch.Pairs).ToArray(), rest.SelectMany(fed => fed.Batch.Pairs).ToArray());
            CollectionAssert.AreEqual(all[(i + 1)..].Select(fed => fed.RowsDone).ToArray(), rest.Select(fed => fed.RowsDone).ToArray());
        }
    }

    [TestMethod]
    public void BatchesAreAsEvenAsTheyCanBe()
    {
        int[] sizes = [.. Feed(10, 7, batchSize: 4).Read(0, default, CancellationToken.None).Select(fed => fed.Batch.Pairs.Length)];
        CollectionAssert.AreEqual(new[] { 3, 3, 4 }, sizes);
    }

    [TestMethod]
    public void SkippedRowsAreThoseOfBothSets()
    {
        UnpairedFeed<int, Batch> feed = Feed(4, 4);
        feed.SkippedRows = [3, 9];
        feed.SkippedRows = feed.SkippedRows.Union([5]);
        CollectionAssert.AreEquivalent(new long[] { 3, 5, 9 }, feed.SkippedRows.ToArray());
    }

    private static (int X, int Y)[] Pairs(UnpairedFeed<int, Batch> feed, int epoch) =>
        [.. feed.Read(epoch, default, CancellationToken.None).SelectMany(fed => fed.Batch.Pairs)];

    private static UnpairedFeed<int, Batch> Feed(int first, int second, int batchSize = 1) => new(
        new Items(first, seed: 1), new Items(second, seed: 2), batchSize, (x, y) => new Batch([.. x.Zip(y)]));

    private sealed record Batch((int X, int Y)[] Pairs);

    /// <summary>Numbers in an order of their own for each epoch, one by one.</summary>
    private sealed class Items(int count, long seed) : IBatchFeed<int>
    {
        public long RowCount => count;

        public ImmutableHashSet<long> SkippedRows { get; set; } = [];

        public IEnumerable<FedBatch<int>> Read(int epoch, BatchPosition from, CancellationToken stop)
        {
            int[] order = [.. Enumerable.Range(0, count)];
            new SampleRandom(seed, epoch, -2).Shuffle(order.AsSpan());
            return order.Select((item, place) => new FedBatch<int>(item, [item], new BatchPosition(0, place + 1), place + 1)).Skip(from.Batch);
        }
    }
}
