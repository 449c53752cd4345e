using System.Collections.Immutable;
using MLNetDeepExtensions.Training;

namespace MLNetDeepExtensions.ImageTranslation;

/// <summary>
/// Batches of two sets whose items do not belong together. The larger set makes the epoch, in which each of its items comes once; the other one is gone through
/// as often as needed, in a new order each time. So partners change from epoch to epoch; who they are is a function of seed and epoch.
/// </summary>
/// <param name="first">Items of the first set, one by one.</param>
/// <param name="second">Items of the second set, one by one, of a feed with another seed: sets of one size must not be shuffled alike.</param>
/// <param name="batchSize">Most pairs of a batch.</param>
/// <param name="collate">Makes a batch of as many items of each.</param>
internal sealed class UnpairedFeed<TItem, TBatch>(
    IBatchFeed<TItem> first, IBatchFeed<TItem> second, int batchSize, Func<IReadOnlyList<TItem>, IReadOnlyList<TItem>, TBatch> collate) : IBatchFeed<TBatch>
{
    public long RowCount => Math.Max(first.RowCount, second.RowCount);

    public ImmutableHashSet<long> SkippedRows
    {
        get => first.SkippedRows.Union(second.SkippedRows);
        set => first.SkippedRows = second.SkippedRows = value;
    }

    private int BatchCount => (int)((RowCount + batchSize - 1) / batchSize);

    public IEnumerable<FedBatch<TBatch>> Read(int epoch, BatchPosition from, CancellationToken stop)
    {
        // One window, of which the batches are as even as they can be.
        if (from.Window > 0)
            yield break;
        long done = StartOf(from.Batch);
        using IEnumerator<FedBatch<TItem>> firstItems = Endless(first, epoch, done, stop).GetEnumerator();
        using IEnumerator<FedBatch<TItem>> secondItems = Endless(second, epoch, done, stop).GetEnumerator();
        for (int number = from.Batch; number < BatchCount; number++)
        {
            int count = (int)(StartOf(number + 1) - done);
            done += count;
            FedBatch<TItem>[] one = Take(firstItems, count), other = Take(secondItems, count);
            BatchPosition next = number + 1 < BatchCount ? new(0, number + 1) : new(1, 0);
            yield return new FedBatch<TBatch>(collate([.. one.Select(item => item.Batch)], [.. other.Select(item => item.Batch)]),
                [.. one.Concat(other).SelectMany(item => item.Rows)], next, done);
        }
    }

    private long StartOf(int batch) => RowCount * batch / BatchCount;

    /// <summary>The items of a set from a place in the epoch on, again and again.</summary>
    private IEnumerable<FedBatch<TItem>> Endless(IBatchFeed<TItem> feed, int epoch, long start, CancellationToken stop)
    {
        int passes = (int)((RowCount + feed.RowCount - 1) / feed.RowCount);
        int skipped = (int)(start % feed.RowCount);
        for (long pass = start / feed.RowCount; ; pass++)
        {
            foreach (FedBatch<TItem> item in feed.Read((int)(epoch * (long)passes + pass), default, stop).Skip(skipped))
                yield return item;
            skipped = 0;
        }
    }

    private static FedBatch<TItem>[] Take(IEnumerator<FedBatch<TItem>> items, int count)
    {
        var taken = new FedBatch<TItem>[count];
        for (int i = 0; i < count; i++)
        {
            items.MoveNext();
            taken[i] = items.Current;
        }
        return taken;
    }
}
