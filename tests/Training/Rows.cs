using System.Collections.Immutable;
using MLNetDeepExtensions.Images;
using MLNetDeepExtensions.Training;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Tests.Training;

/// <summary>Rows of four numbers and one to be learnt from them, as a batch.</summary>
internal sealed record RowBatch(Tensor Inputs_N4, Tensor Targets_N1) : IDisposable
{
    public static RowBatch Of(IReadOnlyList<long> rows)
    {
        var random = rows.Select(row => new SampleRandom(7, 0, row));
        float[] values = [.. random.SelectMany(r => Enumerable.Range(0, 4).Select(_ => (float)r.Uniform(-1, 1)))];
        float[] targets = [.. values.Chunk(4).Select(v => v[0] - 2 * v[1] + v[2] * v[3])];
        return new RowBatch(Native(values, rows.Count, 4), Native(targets, rows.Count, 1));
    }

    // Memory of libtorch's own: products of matrices over managed arrays differ in the last bit with where the array happens to lie.
    private static Tensor Native(float[] values, params long[] shape)
    {
        Tensor result = empty(shape);
        values.CopyTo(System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(result.bytes));
        return result;
    }

    public void Dispose()
    {
        Inputs_N4.Dispose();
        Targets_N1.Dispose();
    }
}

/// <summary>Batches of rows without any source: in a random order per epoch, or in their own.</summary>
internal sealed class RowFeed(int rowCount, int batchSize, bool isShuffled = true) : IBatchFeed<RowBatch>
{
    private int made;

    public long RowCount => rowCount;

    public ImmutableHashSet<long> SkippedRows { get; set; } = [];

    /// <summary>Called before a batch is made, with the number of batches made so far.</summary>
    public Action<int>? OnBatch { get; init; }

    /// <summary>Numbers of the epochs that were read, as the loop counts them.</summary>
    public List<int> Epochs { get; } = [];

    public IEnumerable<FedBatch<RowBatch>> Read(int epoch, BatchPosition from, CancellationToken stop)
    {
        Epochs.Add(epoch);
        long[] rows = [.. Enumerable.Range(0, rowCount)];
        if (isShuffled)
            new SampleRandom(3, epoch, -1).Shuffle<long>(rows);
        int number = 0;
        foreach (long[] batch in rows.Chunk(batchSize).Skip(from.Window > 0 ? rowCount : 0))
        {
            OnBatch?.Invoke(made++);
            stop.ThrowIfCancellationRequested();
            if (number++ >= from.Batch)
                yield return new FedBatch<RowBatch>(RowBatch.Of(batch), batch, new BatchPosition(0, number), Math.Min(number * batchSize, rowCount));
        }
    }
}
