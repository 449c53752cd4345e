using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetDeepExtensions.Images;

namespace MLNetDeepExtensions.Examples;

/// <summary>Many small images in one PNG.</summary>
internal static class Gallery
{
    /// <summary>The images of a column, row by row.</summary>
    public static void Write(IDataView data, string column, int columns, string path) =>
        Write(ImageGrid.Of([.. data.GetColumn<MLImage>(column).Select(image => image.ToRgbImage())], columns), path);

    public static void Write(RgbImage picture, string path)
    {
        using MLImage image = picture.ToMLImage();
        image.Save(path);
    }
}
