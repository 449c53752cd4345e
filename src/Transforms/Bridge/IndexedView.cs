using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace MLNetDeepExtensions.Bridge;

/// <summary>A column whose value is a function of the row's number.</summary>
internal abstract class IndexedColumn(string name, DataViewType type, DataViewSchema.Annotations? annotations)
{
    public DataViewSchema.DetachedColumn Definition { get; } = new(name, type, annotations);

    /// <summary>A getter for the row that <paramref name="currentRow"/> names at the time of the call.</summary>
    public abstract Delegate Getter(Func<long> currentRow);
}

/// <inheritdoc cref="IndexedColumn"/>
/// <param name="name">Name of the column.</param>
/// <param name="type">Its type.</param>
/// <param name="read">Writes the value of a row into the caller's variable, in which an older value may stand.</param>
/// <param name="annotations">Such as key values; null for none.</param>
internal sealed class IndexedColumn<TValue>(
    string name, DataViewType type, IndexedColumn<TValue>.Reader read, DataViewSchema.Annotations? annotations = null) : IndexedColumn(name, type, annotations)
{
    public delegate void Reader(long row, ref TValue value);

    public override Delegate Getter(Func<long> currentRow)
    {
        ValueGetter<TValue> getter = (ref TValue value) => read(currentRow(), ref value);
        return getter;
    }
}

/// <summary>So many rows whose values are made when they are asked for. Knows its length and can be read in random order, by any number of cursors.</summary>
internal sealed class IndexedView : IDataView
{
    private readonly IHostEnvironment env;
    private readonly int count;
    private readonly IReadOnlyList<IndexedColumn> columns;

    public IndexedView(IHostEnvironment env, int count, params IReadOnlyList<IndexedColumn> columns)
    {
        (this.env, this.count, this.columns) = (env, count, columns);
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(columns.Select(column => column.Definition));
        Schema = builder.ToSchema();
    }

    public DataViewSchema Schema { get; }

    public bool CanShuffle => true;

    public long? GetRowCount() => count;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
        new Cursor(this, [.. columnsNeeded.Select(column => column.Index)], rand);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor : RootCursorBase
    {
        private readonly IndexedView view;
        private readonly HashSet<int> active;
        private readonly int[]? order;

        public Cursor(IndexedView view, HashSet<int> active, Random? rand) : base(view.env.Register(nameof(IndexedView)))
        {
            (this.view, this.active) = (view, active);
            if (rand is null)
                return;
            order = [.. Enumerable.Range(0, view.count)];
            rand.Shuffle(order);
        }

        public override DataViewSchema Schema => view.Schema;

        public override long Batch => 0;

        public override bool IsColumnActive(DataViewSchema.Column column) => active.Contains(column.Index);

        public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = new DataViewRowId((ulong)CurrentRow(), 0);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            Ch.CheckParam(IsColumnActive(column), nameof(column), "requested column not active");
            return view.columns[column.Index].Getter(CurrentRow) as ValueGetter<TValue>
                ?? throw Ch.Except($"Invalid TValue in GetGetter: '{typeof(TValue)}', expected type: '{column.Type.RawType}'.");
        }

        protected override bool MoveNextCore() => Position + 1 < view.count;

        private long CurrentRow()
        {
            Ch.Check(Position >= 0 && Position < view.count, "The cursor does not stand on a row: call MoveNext first.");
            return order is null ? Position : order[Position];
        }
    }
}
