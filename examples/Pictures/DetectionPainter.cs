using MLNetDeepExtensions.Images;
using Microsoft.ML.Data;
using SkiaSharp;

namespace MLNetDeepExtensions.Examples;

/// <summary>Draws what a detector found into copies of its images: boxes, names, scores.</summary>
internal sealed class DetectionPainter
{
    /// <summary>Longest side, in pixels, up to which small pictures are enlarged so that the text in them can be read.</summary>
    private const float LegibleSide = 480;

    private static readonly SKColor[] Palette =
    [
        SKColor.Parse("#e6194b"), SKColor.Parse("#3cb44b"), SKColor.Parse("#4363d8"), SKColor.Parse("#f58231"), SKColor.Parse("#911eb4"),
        SKColor.Parse("#008080"), SKColor.Parse("#9a6324"), SKColor.Parse("#f032e6"), SKColor.Parse("#808000"), SKColor.Parse("#000075"),
    ];

    private readonly ImageDecoder decoder = new();
    private readonly List<string> classes;

    /// <param name="classNames">Gives each class its colour; repetitions do no harm, others get theirs as they come.</param>
    public DetectionPainter(IEnumerable<string> classNames)
    {
        classes = [.. classNames.Distinct().Order(StringComparer.Ordinal)];
        Lettering.WarnIfMissing();
    }

    /// <summary>Writes a PNG.</summary>
    /// <param name="imagePath">The image.</param>
    /// <param name="objects">What was found in it, best first.</param>
    /// <param name="path">File to write.</param>
    /// <exception cref="ImageDecodingException">The image cannot be decoded.</exception>
    public void Paint(string imagePath, IEnumerable<FoundObject> objects, string path)
    {
        using MLImage image = decoder.DecodeToMLImage(imagePath);
        float scale = Math.Max(1, LegibleSide / Math.Max(image.Width, image.Height));
        using SKBitmap picture = Enlarged(image, scale);
        using (var canvas = new SKCanvas(picture))
        {
            foreach (FoundObject found in objects.Reverse())
            {
                SKRect box = new(scale * found.Box.Left, scale * found.Box.Top, scale * found.Box.Right, scale * found.Box.Bottom);
                Draw(canvas, picture.Info.Rect, box, $"{found.Label} {found.Score:0.00}", ColourOf(found.Label));
            }
        }
        using FileStream file = File.Create(path);
        picture.Encode(file, SKEncodedImageFormat.Png, quality: 100);
    }

    private static SKBitmap Enlarged(MLImage image, float scale)
    {
        SKColorType format = image.PixelFormat == MLPixelFormat.Bgra32 ? SKColorType.Bgra8888 : SKColorType.Rgba8888;
        using SKImage pixels = SKImage.FromPixelCopy(new SKImageInfo(image.Width, image.Height, format, SKAlphaType.Opaque), image.Pixels);
        var picture = new SKBitmap(new SKImageInfo((int)(image.Width * scale), (int)(image.Height * scale), SKColorType.Rgba8888, SKAlphaType.Opaque));
        using var canvas = new SKCanvas(picture);
        using var paint = new SKPaint { FilterQuality = SKFilterQuality.Medium };
        canvas.DrawImage(pixels, SKRect.Create(picture.Width, picture.Height), paint);
        return picture;
    }

    private static void Draw(SKCanvas canvas, SKRect picture, SKRect box, string text, SKColor colour)
    {
        float size = Math.Max(13, Math.Max(picture.Width, picture.Height) / 45);
        using var line = new SKPaint { Color = colour, Style = SKPaintStyle.Stroke, StrokeWidth = size / 6, IsAntialias = true };
        using var ground = new SKPaint { Color = colour };
        using var letters = new SKPaint { Color = SKColors.White, Typeface = Lettering.Typeface, TextSize = size, IsAntialias = true };
        float width = letters.MeasureText(text) + size / 2, height = 1.25f * size;
        float left = Math.Clamp(box.Left, 0, Math.Max(0, picture.Width - width)), top = box.Top >= height ? box.Top - height : Math.Max(0, box.Top);
        canvas.DrawRect(box, line);
        canvas.DrawRect(SKRect.Create(left, top, width, height), ground);
        canvas.DrawText(text, left + size / 4, top + 0.95f * size, letters);
    }

    private SKColor ColourOf(string name)
    {
        if (!classes.Contains(name))
            classes.Add(name);
        return Palette[classes.IndexOf(name) % Palette.Length];
    }
}
