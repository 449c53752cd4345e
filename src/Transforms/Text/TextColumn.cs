using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNetDeepExtensions.Bridge;

namespace MLNetDeepExtensions.Text;

/// <summary>Columns that hold a text or several.</summary>
internal static class TextColumn
{
    /// <summary>Finds a column of Text, or of a vector of Text.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is missing or of the wrong type; the text is ML.NET's own.</exception>
    public static DataViewSchema.Column Find(IHostEnvironment env, DataViewSchema schema, string role, string name, bool mayBeVector)
    {
        DataViewSchema.Column column = schema.Find(env, role, name);
        DataViewType type = mayBeVector && column.Type is VectorDataViewType vector ? vector.ItemType : column.Type;
        return type is TextDataViewType
            ? column
            : throw ColumnShapes.Mismatch(env, role, name, mayBeVector ? "String or VarVector<String>" : "String",
                ColumnShapes.Of(schema).Single(shape => shape.Name == name).TypeText());
    }

    /// <summary>The function returned reads the texts of the row the cursor stands on; one if the column is no vector.</summary>
    public static Func<string[]> Bind(DataViewRow row, DataViewSchema.Column column)
    {
        if (column.Type is VectorDataViewType)
            return RowVector.Bind<ReadOnlyMemory<char>, string>(row, column, text => text.ToString());
        ValueGetter<ReadOnlyMemory<char>> getter = row.GetGetter<ReadOnlyMemory<char>>(column);
        ReadOnlyMemory<char> value = default;
        return () =>
        {
            getter(ref value);
            return [value.ToString()];
        };
    }
}
