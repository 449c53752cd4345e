using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace MLNetDeepExtensions.Bridge;

/// <summary>
/// A lazy view that runs a batch of rows at once. One cursor over the source runs ahead; the values that are passed through
/// are buffered with the rows they belong to. Nothing runs if no result is asked for.
/// </summary>
internal sealed class BatchedView<TInput, TResult>(
    IHost host, IDataView source, RowReader<TInput> reader, ColumnBindings bindings, IReadOnlyList<ResultColumn<TResult>> results,
    int batchSize, Func<IReadOnlyList<TInput>, IReadOnlyList<TResult>> run) : IDataView
{
    private readonly RowReader<TInput> reader = reader;
    private readonly ColumnBindings bindings = bindings;
    private readonly IReadOnlyList<ResultColumn<TResult>> results = results;
    private readonly int batchSize = batchSize;
    private readonly Func<IReadOnlyList<TInput>, IReadOnlyList<TResult>> run = run;

    public DataViewSchema Schema => bindings.Schema;

    public bool CanShuffle => source.CanShuffle;

    public long? GetRowCount() => source.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        var needed = columnsNeeded.Select(column => column.Index).ToHashSet();
        bool[] passedThrough = bindings.GetActiveInput(needed.Contains);
        bool isRun = bindings.AddedColumnIndices.Any(needed.Contains);
        var read = reader.Columns.Select(column => column.Index).ToHashSet();
        var sourceColumns = source.Schema.Where(column => passedThrough[column.Index] || (isRun && read.Contains(column.Index)));
        return new Cursor(this, host, source.GetRowCursor(sourceColumns, rand), needed, passedThrough, isRun);
    }

    /// <summary>One cursor whatever <paramref name="n"/>: the network is not to be run from several threads of one view.</summary>
    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor : RootCursorBase
    {
        private readonly BatchedView<TInput, TResult> view;
        private readonly DataViewRowCursor source;
        private readonly HashSet<int> needed;
        private readonly BufferedColumn?[] passedThrough;
        private readonly Delegate[] results;
        private readonly Func<TInput>? read;
        private readonly ValueGetter<DataViewRowId> readId;
        private readonly DataViewRowId[] ids;
        private readonly List<TInput> inputs = [];
        private IReadOnlyList<TResult> batchResults = [];
        private int filled;
        private int current = -1;
        private bool ended;

        public Cursor(BatchedView<TInput, TResult> view, IChannelProvider provider, DataViewRowCursor source,
            HashSet<int> needed, bool[] passedThrough, bool isRun)
            : base(provider)
        {
            this.view = view;
            this.source = source;
            this.needed = needed;
            ids = new DataViewRowId[isRun ? view.batchSize : 1];
            readId = source.GetIdGetter();
            this.passedThrough = [.. source.Schema.Select(column =>
                passedThrough[column.Index] ? BufferedColumn.Create(source, column, ids.Length) : null)];
            read = isRun ? view.reader.Bind(new RowBeingFilled(this)) : null;
            results = isRun ? [.. view.results.Select(column => column.Getter(() => batchResults[Current()]))] : [];
        }

        public override DataViewSchema Schema => view.Schema;

        public override long Batch => 0;

        public override bool IsColumnActive(DataViewSchema.Column column) => needed.Contains(column.Index);

        public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = ids[Current()];

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            Ch.CheckParam(IsColumnActive(column), nameof(column), "requested column not active");
            int index = view.bindings.MapColumnIndex(out bool isSource, column.Index);
            Delegate getter = isSource ? passedThrough[index]!.Getter(Current) : results[index];
            return getter as ValueGetter<TValue>
                ?? throw Ch.Except($"Invalid TValue in GetGetter: '{typeof(TValue)}', expected type: '{getter.GetType().GetGenericArguments()[0]}'.");
        }

        protected override bool MoveNextCore()
        {
            if (++current < filled)
                return true;
            Fill();
            current = 0;
            return filled > 0;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                source.Dispose();
            base.Dispose(disposing);
        }

        private void Fill()
        {
            inputs.Clear();
            for (filled = 0; filled < ids.Length && !ended; filled++)
            {
                if (!source.MoveNext())
                {
                    ended = true;
                    break;
                }
                foreach (BufferedColumn? column in passedThrough)
                    column?.Take(filled);
                readId(ref ids[filled]);
                if (read is not null)
                    inputs.Add(Read());
            }
            if (inputs.Count > 0)
                batchResults = view.run(inputs);
        }

        private TInput Read()
        {
            try
            {
                return read!();
            }
            catch (InvalidDataException exception)
            {
                throw new InvalidDataException($"Row {source.Position}: {exception.Message}", exception);
            }
        }

        private int Current() =>
            current >= 0 && current < filled ? current : throw Ch.Except("The cursor does not stand on a row: call MoveNext first.");

        /// <summary>The source's row, except that a column which is buffered anyway is read from the buffer, not twice.</summary>
        private sealed class RowBeingFilled(Cursor cursor) : DataViewRow
        {
            public override DataViewSchema Schema => cursor.source.Schema;

            public override long Position => cursor.source.Position;

            public override long Batch => cursor.source.Batch;

            public override bool IsColumnActive(DataViewSchema.Column column) => cursor.source.IsColumnActive(column);

            public override ValueGetter<DataViewRowId> GetIdGetter() => cursor.source.GetIdGetter();

            public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) =>
                cursor.passedThrough[column.Index]?.Getter(() => cursor.filled) as ValueGetter<TValue> ?? cursor.source.GetGetter<TValue>(column);
        }
    }
}
