using MLNetDeepExtensions.Training;

namespace MLNetDeepExtensions.Tests.Training;

[TestClass]
public sealed class PrefetchingTests
{
    private int made;
    private int freed;

    [TestMethod]
    public void BatchesComeInOrderAndBelongToTheTaker()
    {
        var taken = Prefetching.Prefetch(stop => Batches(20), ahead: 3, CancellationToken.None).ToList();

        CollectionAssert.AreEqual(Enumerable.Range(0, 20).Select(i => (long)i).ToArray(), taken.Select(fed => fed.RowsDone).ToArray());
        Assert.AreEqual(0, freed);
    }

    [TestMethod]
    public void AFaultReachesTheConsumerAfterTheGoodBatches()
    {
        var taken = new List<long>();

        var fault = Assert.ThrowsExactly<InvalidDataException>(() =>
        {
            foreach (var fed in Prefetching.Prefetch(stop => Batches(20, failAt: 5), ahead: 2, CancellationToken.None))
                taken.Add(fed.RowsDone);
        });

        Assert.AreEqual("row 5", fault.Message);
        Assert.HasCount(5, taken);
    }

    [TestMethod]
    public void BatchesThatNobodyTookAreFreed()
    {
        foreach (var fed in Prefetching.Prefetch(stop => Batches(1000), ahead: 4, CancellationToken.None))
        {
            fed.Batch.Dispose();
            if (fed.RowsDone == 7)
                break;
        }

        Assert.IsLessThan(20, made);
        Assert.AreEqual(made, freed);
    }

    [TestMethod]
    public void CancellationEndsTheEnumeration()
    {
        using var cancel = new CancellationTokenSource();
        int count = 0;

        foreach (var fed in Prefetching.Prefetch(stop => Batches(100_000), ahead: 2, cancel.Token))
        {
            fed.Batch.Dispose();
            if (++count == 3)
                cancel.Cancel();
        }

        Assert.IsInRange(3, 6, count);
        Assert.AreEqual(made, freed);
    }

    [TestMethod]
    public void GroupsHoldTheirBatchesUntilTheNextGroup()
    {
        var sizes = new List<int>();

        foreach (var group in Batches(7).InGroups(3))
        {
            Assert.AreEqual(made - group.Count, freed);
            sizes.Add(group.Count);
        }

        CollectionAssert.AreEqual(new[] { 3, 3, 1 }, sizes);
        Assert.AreEqual(7, freed);
    }

    [TestMethod]
    public void AGroupThatFaultsWhileItIsGatheredIsFreed()
    {
        Assert.ThrowsExactly<InvalidDataException>(() => Batches(20, failAt: 5).InGroups(4).Count());

        Assert.AreEqual(5, made);
        Assert.AreEqual(5, freed);
    }

    [TestMethod]
    public void OneAheadKeepsOrderAndFaults()
    {
        CollectionAssert.AreEqual(Enumerable.Range(0, 50).ToArray(), Prefetching.OneAhead(Enumerable.Range(0, 50)).ToArray());
        Assert.ThrowsExactly<InvalidDataException>(() => Prefetching.OneAhead(Batches(20, failAt: 5)).Count());
        Assert.AreEqual(3, Prefetching.OneAhead(Batches(20, failAt: 5)).Take(3).Count());
    }

    private IEnumerable<FedBatch<Item>> Batches(int count, int failAt = -1)
    {
        for (int i = 0; i < count; i++)
        {
            if (i == failAt)
                throw new InvalidDataException($"row {i}");
            Interlocked.Increment(ref made);
            yield return new FedBatch<Item>(new Item(this), [i], default, i);
        }
    }

    private sealed class Item(PrefetchingTests owner) : IDisposable
    {
        public void Dispose() => Interlocked.Increment(ref owner.freed);
    }
}
