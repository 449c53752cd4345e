using System.Collections.Immutable;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNetDeepExtensions.Bridge;
using MLNetDeepExtensions.Images;

namespace MLNetDeepExtensions.Training;

/// <summary>A sample and the number of its row in the source.</summary>
/// <param name="Row">Number of the row.</param>
/// <param name="Sample">Only if the row was read.</param>
/// <param name="IsRead">False for a row that was passed over.</param>
internal readonly record struct NumberedSample<TSample>(long Row, TSample Sample, bool IsRead = true);

/// <summary>Which rows of a view belong to a set: all, or one side of a split by row number.</summary>
/// <param name="Seed">Of the split.</param>
/// <param name="From">Rows whose hash, 0 to 1, is at least this...</param>
/// <param name="To">...and less than this.</param>
internal sealed record RowSplit(long Seed, double From, double To)
{
    public static RowSplit All { get; } = new(0, 0, 1);

    public bool Contains(long row) => (From <= 0 && To >= 1) || new SampleRandom(Seed, -1, row).NextDouble() is double place && place >= From && place < To;
}

/// <summary>Reads samples from a view, one pass at a time, and deals with rows that cannot be used.</summary>
internal sealed class SampleReader<TSample>(
    IHost host, string role, IDataView view, RowReader<TSample> reader, RowSplit split, BadRows badRows)
{
    private const int LongestListing = 5;

    /// <summary>Numbers of the rows left out so far. Immutable, since checkpoints look at it while another thread reads.</summary>
    public ImmutableHashSet<long> SkippedRows { get; set; } = [];

    /// <summary>What is read, for messages.</summary>
    public string Description => reader.Selection is { } selection ? $"row {selection.Description}" : "row";

    /// <summary>True if the source can give its rows in a random order.</summary>
    public bool CanShuffle => view.CanShuffle;

    /// <summary>One pass over the rows of the split.</summary>
    /// <param name="shuffle">Order for a source that can shuffle; null for its own order.</param>
    /// <param name="isRead">Called with each row's position in the pass: rows for which it is false are passed over unread.</param>
    /// <param name="stop">Looked at before every row, as is ML.NET's own cancellation.</param>
    /// <exception cref="InvalidDataException">A row cannot be used, and the options do not say to skip it.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public IEnumerable<NumberedSample<TSample>> Read(Random? shuffle, Func<long, bool> isRead, CancellationToken stop)
    {
        using DataViewRowCursor cursor = view.GetRowCursor(reader.Columns, shuffle);
        ValueGetter<DataViewRowId> id = cursor.GetIdGetter();
        Func<TSample> read = reader.Bind(cursor);
        Func<bool> isMeant = reader.Selection?.Bind(cursor) ?? (() => true);
        long position = 0;
        while (cursor.MoveNext())
        {
            stop.ThrowIfCancellationRequested();
            host.ThrowIfCancelled();
            DataViewRowId rowId = default;
            id(ref rowId);
            long row = (long)rowId.Low;
            if (!split.Contains(row) || SkippedRows.Contains(row) || !isMeant())
                continue;
            if (!isRead(position))
                yield return new NumberedSample<TSample>(row, default!, IsRead: false);
            else if (TryRead(read, row, out TSample sample))
                yield return new NumberedSample<TSample>(row, sample);
            else
                continue;
            position++;
        }
    }

    private bool TryRead(Func<TSample> read, long row, out TSample sample)
    {
        try
        {
            sample = read();
            return true;
        }
        catch (Exception exception) when (exception is not (OperationCanceledException or OutOfMemoryException))
        {
            string reason = $"Row {row} of the {role} data cannot be used: {exception.Message}";
            if (badRows == BadRows.Fail && exception is not UnwantedRowException)
                throw new InvalidDataException(reason, exception);
            SkippedRows = SkippedRows.Add(row);
            if (SkippedRows.Count <= LongestListing)
                Warn($"{reason} It is skipped.");
            sample = default!;
            return false;
        }
    }

    private void Warn(string message)
    {
        using IChannel channel = host.Start(role);
        channel.Warning(MessageSensitivity.UserData, message);
    }
}
