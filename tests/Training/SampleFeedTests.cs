using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNetDeepExtensions.Bridge;
using MLNetDeepExtensions.Images;
using MLNetDeepExtensions.Training;

namespace MLNetDeepExtensions.Tests.Training;

[TestClass]
public sealed class SampleFeedTests
{
    private readonly MLContext ml = new(seed: 1);
    private readonly List<int> prepared = [];

    private sealed record Rows : IDisposable
    {
        public required int[] Values { get; init; }

        public void Dispose()
        {
        }
    }

    private sealed class Item
    {
        public int Value { get; set; }
    }

    [TestMethod]
    [DataRow(33, 16, 3), DataRow(32, 16, 2), DataRow(1, 16, 1), DataRow(17, 16, 2), DataRow(100, 7, 15)]
    public void BatchesAreEven(int rows, int batchSize, int count)
    {
        NumberedSample<int>[] window = [.. Enumerable.Range(0, rows).Select(i => new NumberedSample<int>(i, i))];

        var batches = new BatchingByCount<int>(batchSize).Cut(window, new SampleRandom(1, 0, 0));

        Assert.HasCount(count, batches);
        Assert.IsLessThanOrEqualTo(1, batches.Max(batch => batch.Count) - batches.Min(batch => batch.Count));
        CollectionAssert.AreEqual(Enumerable.Range(0, rows).ToArray(), batches.SelectMany(batch => batch).Select(sample => sample.Sample).ToArray());
    }

    [TestMethod]
    [DataRow(1000, DisplayName = "resident"), DataRow(20, DisplayName = "streamed")]
    public void EveryRowComesOncePerEpochInAFreshOrder(int pool)
    {
        var feed = Feed(51, pool);

        int[] first = Epoch(feed, 0), second = Epoch(feed, 1);

        CollectionAssert.AreEquivalent(Enumerable.Range(0, 51).ToArray(), first);
        CollectionAssert.AreEquivalent(first, second);
        CollectionAssert.AreNotEqual(first, second);
        CollectionAssert.AreNotEqual(Enumerable.Range(0, 51).ToArray(), first);
        CollectionAssert.AreEqual(first, Epoch(Feed(51, pool), 0));
        CollectionAssert.AreNotEqual(first, Epoch(Feed(51, pool, seed: 2), 0));
    }

    [TestMethod]
    [DataRow(51, 10), DataRow(1001, 100), DataRow(11, 10), DataRow(9, 4)]
    public void StreamedWindowsLeaveNoTinyBatch(int rows, int pool)
    {
        var sizes = Batches(Feed(rows, pool, batchSize: 4), 0).Select(fed => fed.Batch.Values.Length).ToArray();

        Assert.AreEqual(rows, sizes.Sum());
        Assert.IsGreaterThanOrEqualTo(2, sizes.Min());
        Assert.IsLessThanOrEqualTo(4, sizes.Max());
    }

    [TestMethod]
    public void BatchesReachTheirSizeWhereThePoolIsSmall() =>
        Assert.IsTrue(Batches(Feed(64, pool: 8, batchSize: 16), 0).All(fed => fed.Batch.Values.Length == 16));

    [TestMethod]
    [DataRow(1000, 0, DisplayName = "resident"), DataRow(20, 0, DisplayName = "streamed")]
    [DataRow(1000, 7, DisplayName = "resident, with bad rows"), DataRow(20, 7, DisplayName = "streamed, with bad rows")]
    [DataRow(1000, 7, true, DisplayName = "resident, by tokens"), DataRow(20, 7, true, DisplayName = "streamed, by tokens")]
    public void AnEpochContinuesAtEveryPosition(int pool, int badEvery, bool byTokens = false)
    {
        IBatching<int> batching = byTokens ? new BatchingByTokens<int>(90, value => (value % 13, value % 17)) : new BatchingByCount<int>(4);
        var whole = Batches(Feed(51, pool, badEvery: badEvery, batching: batching), 1).ToList();

        for (int done = 1; done <= whole.Count; done++)
        {
            var feed = Feed(51, pool, badEvery: badEvery, batching: batching);
            if (badEvery > 0)
                feed.SkippedRows = feed.SkippedRows.Union(Enumerable.Range(0, 51).Where(i => i % badEvery == 1).Select(i => (long)i));
            var rest = Batches(feed, 1, whole[done - 1].Next).ToList();
            CollectionAssert.AreEqual(whole.Skip(done).SelectMany(fed => fed.Batch.Values).ToArray(), rest.SelectMany(fed => fed.Batch.Values).ToArray());
            CollectionAssert.AreEqual(whole.Skip(done).Select(fed => fed.RowsDone).ToArray(), rest.Select(fed => fed.RowsDone).ToArray());
        }
        Assert.AreEqual(badEvery == 0 ? 51 : 43, whole[^1].RowsDone);
    }

    [TestMethod]
    public void WhatIsSkippedOnResumptionIsNotRead()
    {
        var feed = Feed(60, pool: 20);
        BatchPosition third = new(3, 0);
        prepared.Clear();

        int count = Batches(feed, 0, third).Sum(fed => fed.Batch.Values.Length);

        Assert.AreEqual(30, count);
        Assert.HasCount(30, prepared);
    }

    [TestMethod]
    public void AugmentationDependsOnSeedEpochAndRowAlone()
    {
        double[] Draws(int threads, int batchSize)
        {
            var draws = new double[40];
            var feed = new SampleFeed<int, int, Rows>(Reader(40), new SampleRecipe<int, int, Rows>(
                (value, random) =>
                {
                    draws[value] = random.NextDouble();
                    return value;
                },
                values => new Rows { Values = [.. values] }, new BatchingByCount<int>(batchSize), (_, _) => { }),
                new LoopOptions { BatchSize = batchSize, PreparationThreads = threads }, seed: 1);
            _ = Epoch(feed, 2);
            return draws;
        }

        CollectionAssert.AreEqual(Draws(threads: 1, batchSize: 8), Draws(threads: 4, batchSize: 5));
    }

    [TestMethod]
    public void AFaultInPreparationIsTheSameFromOneThreadAndFromFour()
    {
        foreach (int threads in (int[])[1, 4])
        {
            var feed = new SampleFeed<int, int, Rows>(Reader(12), new SampleRecipe<int, int, Rows>(
                (value, _) => value == 5 ? throw new NotSupportedException("five") : value,
                values => new Rows { Values = [.. values] }, new BatchingByCount<int>(4), (_, _) => { }), new LoopOptions { PreparationThreads = threads }, seed: 1);
            Assert.AreEqual("five", Assert.ThrowsExactly<NotSupportedException>(() => Epoch(feed, 0)).Message);
        }
    }

    [TestMethod]
    public void TheFingerprintKnowsRowsBeyondThePool()
    {
        IDataView all = View(100);
        IDataView without40 = ml.Data.FilterByCustomPredicate<Item>(all, item => item.Value == 40), without90 = ml.Data.FilterByCustomPredicate<Item>(all, item => item.Value == 90);

        Assert.AreEqual(Feed(all, 20).Fingerprint, Feed(all, 20).Fingerprint);
        Assert.AreNotEqual(Feed(without40, 20).Fingerprint, Feed(without90, 20).Fingerprint);
    }

    [TestMethod]
    public void AnEmptySourceIsRefused()
    {
        Assert.AreEqual("The data has no row that can be used (0 skipped).", Assert.ThrowsExactly<InvalidDataException>(() => Feed(0, 10)).Message);
        Assert.AreEqual("The data has no row that can be used (4 skipped).", Assert.ThrowsExactly<InvalidDataException>(() => Feed(4, 10, badEvery: 1)).Message);
    }

    private SampleFeed<int, int, Rows> Feed(int rows, int pool, int seed = 1, int batchSize = 4, int badEvery = 0, IBatching<int>? batching = null) =>
        Feed(View(rows), pool, seed, batchSize, badEvery, batching);

    private SampleFeed<int, int, Rows> Feed(IDataView view, int pool, int seed = 1, int batchSize = 4, int badEvery = 0, IBatching<int>? batching = null) => new(
        Reader(view, badEvery),
        new SampleRecipe<int, int, Rows>((value, _) => value, values => new Rows { Values = [.. values] }, batching ?? new BatchingByCount<int>(batchSize), (_, _) => { }),
        new LoopOptions { ShufflePoolSize = pool, BatchSize = batchSize }, seed);

    private IDataView View(int rows) => ml.Data.LoadFromEnumerable(Enumerable.Range(0, rows).Select(i => new Item { Value = i }).ToList());

    private SampleReader<int> Reader(int rows) => Reader(View(rows), badEvery: 0);

    private SampleReader<int> Reader(IDataView view, int badEvery)
    {
        IHost host = ((IHostEnvironment)ml).Register("feed");
        DataViewSchema.Column column = view.Schema["Value"];
        return new SampleReader<int>(host, "training", view, new RowReader<int>([column], row =>
        {
            ValueGetter<int> getter = row.GetGetter<int>(column);
            return () =>
            {
                int value = 0;
                getter(ref value);
                if (badEvery > 0 && value % badEvery == 1 % badEvery)
                    throw new InvalidDataException("bad");
                prepared.Add(value);
                return value;
            };
        }), RowSplit.All, BadRows.Skip);
    }

    private static IEnumerable<FedBatch<Rows>> Batches(SampleFeed<int, int, Rows> feed, int epoch, BatchPosition from = default) =>
        feed.Read(epoch, from, CancellationToken.None);

    private static int[] Epoch(SampleFeed<int, int, Rows> feed, int epoch) => [.. Batches(feed, epoch).SelectMany(fed => fed.Batch.Values)];
}
