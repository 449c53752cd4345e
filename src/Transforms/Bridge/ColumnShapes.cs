using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using VectorKind = Microsoft.ML.SchemaShape.Column.VectorKind;

namespace MLNetDeepExtensions.Bridge;

/// <summary>Schema shapes: what an estimator expects of its input and promises of its output before anything runs.</summary>
internal static class ColumnShapes
{
    public static SchemaShape.Column Scalar(string name, DataViewType type, SchemaShape? annotations = null) =>
        new(name, VectorKind.Scalar, type, isKey: false, annotations);

    public static SchemaShape.Column Vector(string name, DataViewType itemType, SchemaShape? annotations = null) =>
        new(name, VectorKind.Vector, itemType, isKey: false, annotations);

    public static SchemaShape.Column VariableVector(string name, DataViewType itemType, SchemaShape? annotations = null) =>
        new(name, VectorKind.VariableVector, itemType, isKey: false, annotations);

    public static SchemaShape.Column Key(string name, SchemaShape? annotations = null) =>
        new(name, VectorKind.Scalar, NumberDataViewType.UInt32, isKey: true, annotations);

    public static SchemaShape.Column VariableVectorOfKeys(string name, SchemaShape? annotations = null) =>
        new(name, VectorKind.VariableVector, NumberDataViewType.UInt32, isKey: true, annotations);

    public static SchemaShape Shape(params IEnumerable<SchemaShape.Column> columns) => new(columns);

    /// <summary>Shape of the schema, as a chain of estimators sees it.</summary>
    public static SchemaShape Of(DataViewSchema schema) => SchemaShape.Create(schema);

    /// <summary>The input with columns added; a column of the same name is hidden.</summary>
    public static SchemaShape With(this SchemaShape input, params IEnumerable<SchemaShape.Column> added)
    {
        var columns = input.ToDictionary(column => column.Name);
        foreach (SchemaShape.Column column in added)
            columns[column.Name] = column;
        return new SchemaShape(columns.Values);
    }

    /// <summary>Finds the column of that name.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is none; the text is ML.NET's own.</exception>
    public static SchemaShape.Column Find(this SchemaShape input, IHostEnvironment env, string role, string name) =>
        input.TryFindColumn(name, out SchemaShape.Column column)
            ? column
            : throw env.ExceptSchemaMismatch("inputSchema", role, name);

    /// <summary>Finds the column of that name.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is none; the text is ML.NET's own.</exception>
    public static DataViewSchema.Column Find(this DataViewSchema schema, IHostEnvironment env, string role, string name) =>
        schema.GetColumnOrNull(name) ?? throw env.ExceptSchemaMismatch("inputSchema", role, name);

    /// <summary>ML.NET's own exception for a column of the wrong type.</summary>
    public static Exception Mismatch(IHostEnvironment env, string role, string name, string expected, string actual) =>
        env.ExceptSchemaMismatch("inputSchema", role, name, expected, actual);

    public static bool IsVector(this SchemaShape.Column column) => column.Kind != VectorKind.Scalar;

    /// <summary>The type as ML.NET's own messages write it, such as <c>VarVector&lt;Key&lt;UInt32&gt;&gt;</c>.</summary>
    public static string TypeText(this SchemaShape.Column column) => column.GetTypeString();

    /// <summary>Shape of the key values of a key column; null if it has none.</summary>
    public static SchemaShape? KeyValuesOf(SchemaShape.Column key) =>
        key.IsKey && key.Annotations.TryFindColumn(AnnotationUtils.Kinds.KeyValues, out SchemaShape.Column values)
            ? Shape(Vector(AnnotationUtils.Kinds.KeyValues, values.ItemType))
            : null;
}
