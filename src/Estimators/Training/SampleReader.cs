using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNetDeepExtensions.Bridge;
using MLNetDeepExtensions.Images;

namespace MLNetDeepExtensions.Training;

/// <summary>A sample and the number of its row in the source.</summary>
internal readonly record struct NumberedSample<TSample>(long Row, TSample Sample);

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

    /// <summary>Numbers of the rows left out so far.</summary>
    public HashSet<long> SkippedRows { get; } = [];

    /// <summary>True if the source can give its rows in a random order.</summary>
    public bool CanShuffle => view.CanShuffle;

    /// <summary>One pass over the rows of the split.</summary>
    /// <param name="shuffle">Order for a source that can shuffle; null for its own order.</param>
    /// <param name="isRead">Called with each row's position in the pass: rows for which it is false are passed over unread.</param>
    /// <exception cref="InvalidDataException">A row cannot be used, and the options do not say to skip it.</exception>
    public IEnumerable<NumberedSample<TSample>?> Read(Random? shuffle, Func<long, bool> isRead)
    {
        using DataViewRowCursor cursor = view.GetRowCursor(reader.Columns, shuffle);
        ValueGetter<DataViewRowId> id = cursor.GetIdGetter();
        Func<TSample> read = reader.Bind(cursor);
        long position = 0;
        while (cursor.MoveNext())
        {
            DataViewRowId rowId = default;
            id(ref rowId);
            long row = (long)rowId.Low;
            if (!split.Contains(row) || SkippedRows.Contains(row))
                continue;
            if (!isRead(position))
                yield return null;
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
            if (badRows == BadRows.Fail)
                throw new InvalidDataException(reason, exception);
            SkippedRows.Add(row);
            if (SkippedRows.Count <= LongestListing)
                host.Start(role).Warning(MessageSensitivity.UserData, $"{reason} It is SkippedRows.");
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
