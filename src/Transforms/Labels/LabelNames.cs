using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNetDeepExtensions.Bridge;

namespace MLNetDeepExtensions.Labels;

/// <summary>A column with the class of each row, a key or text, read as names.</summary>
internal static class LabelNames
{
    /// <exception cref="ArgumentOutOfRangeException">The column is missing or of the wrong type; the text is ML.NET's own.</exception>
    public static DataViewSchema.Column Find(IHostEnvironment env, DataViewSchema schema, string name)
    {
        DataViewSchema.Column label = schema.Find(env, "label", name);
        return label.Type is TextDataViewType || (label.Type is KeyDataViewType && label.Type.RawType == typeof(uint))
            ? label
            : throw ColumnShapes.Mismatch(env, "label", name, "Key<UInt32> or String", label.Type.ToString()!);
    }

    /// <summary>The function returned reads the row the cursor stands on; null where the class is missing.</summary>
    public static Func<string?> Bind(DataViewRow row, DataViewSchema.Column label)
    {
        if (label.Type is TextDataViewType)
        {
            ValueGetter<ReadOnlyMemory<char>> text = row.GetGetter<ReadOnlyMemory<char>>(label);
            ReadOnlyMemory<char> value = default;
            return () =>
            {
                text(ref value);
                return value.IsEmpty ? null : value.ToString();
            };
        }
        ClassLabels labels = ClassLabels.Of(label);
        ValueGetter<uint> key = row.GetGetter<uint>(label);
        return () =>
        {
            uint value = 0;
            key(ref value);
            return value == 0 ? null : labels.NameOf((int)value - 1);
        };
    }
}
