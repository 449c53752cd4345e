using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace MLNetDeepExtensions.Bridge;

/// <summary>The row-by-row twin of <see cref="BatchedView{TInput, TResult}"/>, for a PredictionEngine: batches of one row.</summary>
internal sealed class BatchedRowMapper<TInput, TResult>(
    RowReader<TInput> reader, ColumnBindings bindings, IReadOnlyList<ResultColumn<TResult>> results,
    Func<IReadOnlyList<TInput>, IReadOnlyList<TResult>> run) : IRowToRowMapper
{
    public DataViewSchema InputSchema => bindings.InputSchema;

    public DataViewSchema OutputSchema => bindings.Schema;

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns)
    {
        var needed = dependingColumns.Select(column => column.Index).ToHashSet();
        bool[] passedThrough = bindings.GetActiveInput(needed.Contains);
        bool isRun = bindings.AddedColumnIndices.Any(needed.Contains);
        return InputSchema.Where(column => passedThrough[column.Index] || (isRun && reader.Columns.Any(read => read.Index == column.Index)));
    }

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
    {
        var active = activeColumns.Select(column => column.Index).ToHashSet();
        return new Row(input, bindings, active, bindings.AddedColumnIndices.Any(active.Contains) ? Getters(input) : []);
    }

    private Delegate[] Getters(DataViewRow input)
    {
        Func<TInput> read = reader.Bind(input);
        long position = -1;
        TResult result = default!;
        return [.. results.Select(column => column.Getter(CurrentResult))];

        TResult CurrentResult()
        {
            if (position != input.Position)
            {
                result = run([read()])[0];
                position = input.Position;
            }
            return result;
        }
    }

    private sealed class Row(DataViewRow input, ColumnBindings bindings, HashSet<int> active, Delegate[] results) : WrappingRow(input)
    {
        public override DataViewSchema Schema => bindings.Schema;

        public override bool IsColumnActive(DataViewSchema.Column column) => active.Contains(column.Index);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            int index = bindings.MapColumnIndex(out bool isSource, column.Index);
            if (isSource)
                return Input.GetGetter<TValue>(Input.Schema[index]);
            return results[index] as ValueGetter<TValue>
                ?? throw Contracts.Except($"Invalid TValue in GetGetter: '{typeof(TValue)}'.");
        }
    }
}
