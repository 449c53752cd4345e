using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetDeepExtensions.Bridge;

/// <summary>Reads vector columns of a row as arrays.</summary>
internal static class RowVector
{
    public static Func<T[]> Bind<T>(DataViewRow row, DataViewSchema.Column column) => Bind<T, T>(row, column, item => item);

    /// <summary>The function returned reads the row the cursor stands on.</summary>
    public static Func<TResult[]> Bind<T, TResult>(DataViewRow row, DataViewSchema.Column column, Func<T, TResult> map)
    {
        ValueGetter<VBuffer<T>> getter = row.GetGetter<VBuffer<T>>(column);
        VBuffer<T> buffer = default;
        return () =>
        {
            getter(ref buffer);
            return [.. buffer.DenseValues().Select(map)];
        };
    }
}
