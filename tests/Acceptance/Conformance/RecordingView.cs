using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetDeepExtensions.Tests.Acceptance.Conformance;

/// <summary>A view that remembers what was asked of it.</summary>
internal sealed class RecordingView(IDataView source) : IDataView
{
    /// <summary>For each cursor, the names of its active columns.</summary>
    public List<IReadOnlyList<string>> Cursors { get; } = [];

    /// <summary>Rows read by all cursors together.</summary>
    public int RowsRead { get; private set; }

    /// <summary>Cursors that were not disposed.</summary>
    public int OpenCursors { get; private set; }

    public DataViewSchema Schema => source.Schema;

    public bool CanShuffle => source.CanShuffle;

    public long? GetRowCount() => source.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        Cursors.Add([.. columnsNeeded.Select(column => column.Name)]);
        OpenCursors++;
        return new Cursor(this, source.GetRowCursor(columnsNeeded, rand));
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor(RecordingView view, DataViewRowCursor source) : DataViewRowCursor
    {
        private bool isDisposed;

        public override DataViewSchema Schema => source.Schema;

        public override long Position => source.Position;

        public override long Batch => source.Batch;

        public override bool IsColumnActive(DataViewSchema.Column column) => source.IsColumnActive(column);

        public override ValueGetter<DataViewRowId> GetIdGetter() => source.GetIdGetter();

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => source.GetGetter<TValue>(column);

        public override bool MoveNext()
        {
            bool moved = source.MoveNext();
            view.RowsRead += moved ? 1 : 0;
            return moved;
        }

        protected override void Dispose(bool disposing)
        {
            if (!isDisposed)
            {
                isDisposed = true;
                view.OpenCursors--;
                source.Dispose();
            }
            base.Dispose(disposing);
        }
    }
}
