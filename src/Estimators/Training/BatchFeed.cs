using System.Collections.Immutable;

namespace MLNetDeepExtensions.Training;

/// <summary>Where in an epoch the next batch begins: rows are taken in windows, windows are cut into batches.</summary>
/// <param name="Window">Number of the window, from 0.</param>
/// <param name="Batch">Number of the batch within it, from 0.</param>
internal readonly record struct BatchPosition(int Window, int Batch);

/// <summary>A batch ready for the network.</summary>
/// <param name="Batch">Owns its tensors.</param>
/// <param name="Rows">Numbers of its rows in the source.</param>
/// <param name="Next">Where the batch after it begins.</param>
/// <param name="RowsDone">Rows of the epoch up to and including this batch.</param>
internal sealed record FedBatch<TBatch>(TBatch Batch, IReadOnlyList<long> Rows, BatchPosition Next, long RowsDone);

/// <summary>Gives the batches of an epoch in an order that is a function of seed and epoch alone.</summary>
internal interface IBatchFeed<TBatch>
{
    /// <summary>Rows of one epoch.</summary>
    long RowCount { get; }

    /// <summary>Numbers of the rows that could not be used and were left out; a resumed run adds those of the run it continues.</summary>
    ImmutableHashSet<long> SkippedRows { get; set; }

    /// <summary>The batches of an epoch, beginning at a position that an earlier enumeration gave.</summary>
    IEnumerable<FedBatch<TBatch>> Read(int epoch, BatchPosition from, CancellationToken stop);
}
