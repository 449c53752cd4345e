using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms.Image;
using MLNetDeepExtensions.Bridge;

namespace MLNetDeepExtensions.Images;

/// <summary>A column of images as input, sized or not.</summary>
internal static class ImageColumn
{
    private const string Role = "image";

    public static bool IsImage(SchemaShape.Column column) => !column.IsVector() && column.ItemType is ImageDataViewType;

    /// <exception cref="ArgumentOutOfRangeException">The column is missing or not of images.</exception>
    public static void Check(IHostEnvironment env, SchemaShape input, string name)
    {
        SchemaShape.Column column = input.Find(env, Role, name);
        if (!IsImage(column))
            throw ColumnShapes.Mismatch(env, Role, name, "Image", column.TypeText());
    }

    /// <exception cref="ArgumentOutOfRangeException">The column is missing or not of images.</exception>
    public static DataViewSchema.Column Find(IHostEnvironment env, DataViewSchema schema, string name)
    {
        DataViewSchema.Column column = schema.Find(env, Role, name);
        return column.Type is ImageDataViewType ? column : throw ColumnShapes.Mismatch(env, Role, name, "Image", column.Type.ToString()!);
    }

    /// <summary>Reads the images of a column; null where a row has none.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The column is missing or not of images.</exception>
    public static RowReader<RgbImage?> Reader(IHostEnvironment env, DataViewSchema schema, string name)
    {
        DataViewSchema.Column image = Find(env, schema, name);
        return new RowReader<RgbImage?>([image], row => Bind(row, image));
    }

    /// <summary>Reads the image of the current row; null where the row has none. The pixels are copied at once.</summary>
    public static Func<RgbImage?> Bind(DataViewRow row, DataViewSchema.Column column)
    {
        ValueGetter<MLImage> getter = row.GetGetter<MLImage>(column);
        // One variable for the life of the row: LoadImages disposes the image that it finds there, and nobody else may.
        MLImage image = null!;
        return () =>
        {
            getter(ref image);
            return image?.ToRgbImage();
        };
    }
}
