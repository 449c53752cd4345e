using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNetDeepExtensions.Bridge;

namespace MLNetDeepExtensions.Detection;

/// <summary>A column that says where to look for objects: a vector of Single, x0 y0 x1 y1 in pixels of the image, 4 per box.</summary>
internal static class ProposalsColumn
{
    private const string Role = "proposals", Expected = "VarVector<Single>";

    /// <exception cref="ArgumentOutOfRangeException">The column is missing or of the wrong type.</exception>
    public static void Check(IHostEnvironment env, SchemaShape input, string name)
    {
        SchemaShape.Column column = input.Find(env, Role, name);
        if (!column.IsVector() || column.ItemType != NumberDataViewType.Single)
            throw ColumnShapes.Mismatch(env, Role, name, Expected, column.TypeText());
    }

    /// <exception cref="ArgumentOutOfRangeException">The column is missing or of the wrong type.</exception>
    public static DataViewSchema.Column Find(IHostEnvironment env, DataViewSchema schema, string name)
    {
        DataViewSchema.Column column = schema.Find(env, Role, name);
        return (column.Type as VectorDataViewType)?.ItemType == NumberDataViewType.Single
            ? column
            : throw ColumnShapes.Mismatch(env, Role, name, Expected, column.Type.ToString()!);
    }

    /// <summary>Reads the boxes of the row the cursor stands on.</summary>
    public static Func<IReadOnlyList<Box>> Bind(DataViewRow row, DataViewSchema.Column column)
    {
        Func<float[]> read = RowVector.Bind<float>(row, column);
        return () => Boxes(column.Name, read());
    }

    private static Box[] Boxes(string column, float[] corners)
    {
        if (corners.Length % 4 != 0)
            throw new InvalidDataException($"{column}: expected 4 numbers for each box, got {corners.Length} numbers.");
        Box[] boxes = [.. corners.Chunk(4).Select(box => new Box(box[0], box[1], box[2], box[3]))];
        int bad = Array.FindIndex(boxes, box => !box.IsProper);
        return bad < 0 ? boxes : throw new InvalidDataException(
            $"{column}: box {bad}: expected x0 < x1, y0 < y1 of finite numbers, got {boxes[bad].X0}, {boxes[bad].Y0}, {boxes[bad].X1}, {boxes[bad].Y1}.");
    }
}
