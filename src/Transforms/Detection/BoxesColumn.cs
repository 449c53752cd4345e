using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNetDeepExtensions.Bridge;

namespace MLNetDeepExtensions.Detection;

/// <summary>A column of boxes: a vector of Single, x0 y0 x1 y1 in pixels of the image, 4 per box.</summary>
internal static class BoxesColumn
{
    /// <summary>What the column of boxes to look at is called in messages.</summary>
    public const string Proposals = "proposals";

    private const string Expected = "VarVector<Single>";

    /// <exception cref="ArgumentOutOfRangeException">The column is missing or of the wrong type.</exception>
    public static void Check(IHostEnvironment env, SchemaShape input, string role, string name)
    {
        SchemaShape.Column column = input.Find(env, role, name);
        if (!column.IsVector() || column.ItemType != NumberDataViewType.Single)
            throw ColumnShapes.Mismatch(env, role, name, Expected, column.TypeText());
    }

    /// <exception cref="ArgumentOutOfRangeException">The column is missing or of the wrong type.</exception>
    public static DataViewSchema.Column Find(IHostEnvironment env, DataViewSchema schema, string role, string name)
    {
        DataViewSchema.Column column = schema.Find(env, role, name);
        return (column.Type as VectorDataViewType)?.ItemType == NumberDataViewType.Single
            ? column
            : throw ColumnShapes.Mismatch(env, role, name, Expected, column.Type.ToString()!);
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
