using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNetDeepExtensions.Bridge;
using MLNetDeepExtensions.Labels;

namespace MLNetDeepExtensions.ImageGeneration;

/// <summary>A column that says which class an image is to show: keys or text, matched by name where both sides have names.</summary>
internal static class RequestedClass
{
    private const string Role = "label";

    /// <exception cref="ArgumentOutOfRangeException">The column is missing or of the wrong type.</exception>
    public static DataViewSchema.Column Find(IHostEnvironment env, DataViewSchema schema, string name)
    {
        DataViewSchema.Column column = schema.Find(env, Role, name);
        return column.Type is TextDataViewType || (column.Type is KeyDataViewType && column.Type.RawType == typeof(uint))
            ? column
            : throw ColumnShapes.Mismatch(env, Role, name, "Key<UInt32> or Text", column.Type.ToString()!);
    }

    /// <summary>Reads the class of the current row, from 0.</summary>
    /// <exception cref="InvalidDataException">From the function: the row has no class, or one that the generator does not know.</exception>
    public static Func<int> Bind(DataViewRow row, DataViewSchema.Column column, ClassLabels known)
    {
        string[] names = [.. Enumerable.Range(0, known.Count).Select(known.NameOf)];
        if (column.Type is TextDataViewType)
        {
            ValueGetter<ReadOnlyMemory<char>> readText = row.GetGetter<ReadOnlyMemory<char>>(column);
            ReadOnlyMemory<char> text = default;
            return () =>
            {
                readText(ref text);
                return Named(column.Name, text.ToString(), names);
            };
        }
        ValueGetter<uint> readKey = row.GetGetter<uint>(column);
        ClassLabels given = ClassLabels.Of(column);
        bool haveNames = given.Values is not null && known.Values is not null;
        uint key = 0;
        return () =>
        {
            readKey(ref key);
            if (key == 0)
                throw new InvalidDataException($"Column '{column.Name}': the label is missing (key 0).");
            if (haveNames)
                return Named(column.Name, given.NameOf((int)key - 1), names);
            return key <= known.Count ? (int)key - 1 : throw new InvalidDataException($"Column '{column.Name}': expected a key up to {known.Count}, got {key}.");
        };
    }

    private static int Named(string column, string name, string[] names)
    {
        int index = Array.IndexOf(names, name);
        return index >= 0 ? index : throw new InvalidDataException($"Column '{column}': expected one of {string.Join(", ", names)}, got '{name}'.");
    }
}
