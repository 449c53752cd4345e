using Microsoft.ML.Data;
using MLNetDeepExtensions.Images;
using SkiaSharp;

namespace MLNetDeepExtensions.Examples;

/// <summary>Writes copies of images with their captions below.</summary>
internal sealed class CaptionPainter
{
    /// <summary>Width of a picture in pixels; small images are enlarged to it.</summary>
    private const int Width = 420;

    private const float TextSize = 16, LineHeight = 22, Margin = 8;

    private readonly ImageDecoder decoder = new();

    public CaptionPainter() => Lettering.WarnIfMissing();

    /// <summary>Writes a PNG.</summary>
    /// <param name="imagePath">The image.</param>
    /// <param name="captions">Captions, each with the colour of its letters.</param>
    /// <param name="path">File to write.</param>
    /// <exception cref="ImageDecodingException">The image cannot be decoded.</exception>
    public void Paint(string imagePath, IEnumerable<(string Text, SKColor Colour)> captions, string path)
    {
        using MLImage image = decoder.DecodeToMLImage(imagePath);
        using var letters = new SKPaint { Typeface = Lettering.Typeface, TextSize = TextSize, IsAntialias = true };
        (string Text, SKColor Colour)[] lines = [.. captions.SelectMany(caption => Wrapped(caption.Text, letters).Select(line => (line, caption.Colour)))];
        int height = (int)Math.Round((double)Width * image.Height / image.Width);
        using var picture = new SKBitmap(new SKImageInfo(Width, height + (int)(lines.Length * LineHeight + 2 * Margin), SKColorType.Rgba8888, SKAlphaType.Opaque));
        using (var canvas = new SKCanvas(picture))
        {
            canvas.Clear(SKColors.White);
            DrawImage(canvas, image, SKRect.Create(Width, height));
            for (int i = 0; i < lines.Length; i++)
            {
                letters.Color = lines[i].Colour;
                canvas.DrawText(lines[i].Text, Margin, height + Margin + i * LineHeight + TextSize, letters);
            }
        }
        using FileStream file = File.Create(path);
        picture.Encode(file, SKEncodedImageFormat.Png, quality: 100);
    }

    private static void DrawImage(SKCanvas canvas, MLImage image, SKRect place)
    {
        SKColorType format = image.PixelFormat == MLPixelFormat.Bgra32 ? SKColorType.Bgra8888 : SKColorType.Rgba8888;
        using SKImage pixels = SKImage.FromPixelCopy(new SKImageInfo(image.Width, image.Height, format, SKAlphaType.Opaque), image.Pixels);
        using var smooth = new SKPaint { FilterQuality = SKFilterQuality.Medium };
        canvas.DrawImage(pixels, place, smooth);
    }

    private static IEnumerable<string> Wrapped(string text, SKPaint letters)
    {
        string line = "";
        foreach (string word in text.Split(' '))
        {
            string longer = line.Length == 0 ? word : $"{line} {word}";
            if (line.Length > 0 && letters.MeasureText(longer) > Width - 2 * Margin)
            {
                yield return line;
                longer = word;
            }
            line = longer;
        }
        yield return line;
    }
}
