using Microsoft.ML;
using Microsoft.ML.Data;
using SkiaSharp;

namespace MLNetDeepExtensions.Examples;

/// <summary>A picture of images, what a translator makes of them, and what comes back: a row for each image, the directions side by side.</summary>
internal static class TranslationGrid
{
    private const int Gap = 2;

    /// <param name="there">Transformed images of the first domain.</param>
    /// <param name="back">Transformed images of the second domain.</param>
    /// <param name="side">Side of a cell in pixels, into which images are fitted.</param>
    /// <param name="rows">Most rows.</param>
    /// <param name="path">File to write, PNG.</param>
    public static void Write(IDataView there, IDataView back, int side, int rows, string path)
    {
        List<SKBitmap[]> cells = [.. Cells(there, rows).Zip(Cells(back, rows), (one, other) => (SKBitmap[])[.. one, .. other])];
        if (cells.Count == 0)
            return;
        using var picture = new SKBitmap(new SKImageInfo(cells[0].Length * (side + Gap) + Gap, cells.Count * (side + Gap) + Gap, SKColorType.Rgba8888, SKAlphaType.Opaque));
        using (var canvas = new SKCanvas(picture))
        {
            canvas.Clear(SKColors.White);
            foreach ((int row, SKBitmap[] images) in cells.Index())
                foreach ((int column, SKBitmap image) in images.Index())
                    Draw(canvas, image, column * (side + Gap) + Gap, row * (side + Gap) + Gap, side);
        }
        using FileStream file = File.Create(path);
        picture.Encode(file, SKEncodedImageFormat.Png, quality: 100);
        foreach (SKBitmap image in cells.SelectMany(row => row))
            image.Dispose();
    }

    private static IEnumerable<SKBitmap[]> Cells(IDataView data, int rows)
    {
        string[] columns = ["Image", "TranslatedImage", "ReconstructedImage"];
        return columns.Select(column => data.GetColumn<MLImage>(column).Take(rows).Select(Bitmap).ToArray()).ToArray() is var images
            ? Enumerable.Range(0, images[0].Length).Select(row => images.Select(column => column[row]).ToArray())
            : [];
    }

    private static SKBitmap Bitmap(MLImage image)
    {
        var bitmap = new SKBitmap(new SKImageInfo(image.Width, image.Height, image.PixelFormat == MLPixelFormat.Bgra32 ? SKColorType.Bgra8888 : SKColorType.Rgba8888));
        System.Runtime.InteropServices.Marshal.Copy(image.Pixels.ToArray(), 0, bitmap.GetPixels(), image.Pixels.Length);
        return bitmap;
    }

    private static void Draw(SKCanvas canvas, SKBitmap image, int x, int y, int side)
    {
        float scale = (float)side / Math.Max(image.Width, image.Height);
        using var paint = new SKPaint { FilterQuality = SKFilterQuality.High };
        canvas.DrawBitmap(image, SKRect.Create(x, y, image.Width * scale, image.Height * scale), paint);
    }
}
