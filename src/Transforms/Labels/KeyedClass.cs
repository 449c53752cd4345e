using Microsoft.ML;

namespace MLNetDeepExtensions.Labels;

/// <summary>Reads the class of a row from a column of single keys.</summary>
internal static class KeyedClass
{
    /// <summary>The function returned reads the row the cursor stands on; classes count from 0.</summary>
    /// <exception cref="InvalidDataException">From the function: the row has no label, or a key that the type does not have.</exception>
    public static Func<int> Bind(DataViewRow row, DataViewSchema.Column column)
    {
        ValueGetter<uint> read = row.GetGetter<uint>(column);
        int classes = ClassLabels.Of(column).Count;
        return () =>
        {
            uint key = 0;
            read(ref key);
            return key == 0 ? throw new InvalidDataException("Its label is missing (key 0).")
                : key <= classes ? (int)key - 1
                : throw new InvalidDataException($"Expected a label key up to {classes}, got {key}.");
        };
    }
}
