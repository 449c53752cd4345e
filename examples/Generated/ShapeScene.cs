using System.Runtime.InteropServices;
using SkiaSharp;

namespace MLNetDeepExtensions.Examples;

/// <summary>What can be in a scene; the classes of a detector that learns from scenes.</summary>
public enum SceneShape
{
    Circle, Square, Triangle, Cross, Ring,
}

/// <summary>Colour of an object by its everyday name.</summary>
public enum SceneColour
{
    Red, Green, Blue, Yellow, Purple, Orange,
}

/// <summary>A shape in a scene. It touches all four edges of its box: x0 y0 x1 y1 in pixels, right and bottom edge exclusive.</summary>
public sealed record SceneObject(SceneShape Shape, SceneColour Colour, SKRectI Box);

/// <summary>
/// A made-up picture: a few coloured shapes before a shaded, noisy background. The scene says what is where, so that boxes, classes
/// and captions
/// ("a red circle left of a blue square") come from the same truth as the pixels.
/// </summary>
public sealed record ShapeScene(int Width, int Height, IReadOnlyList<SceneObject> Objects, int Seed)
{
    /// <summary>Makes up scene number <paramref name="index"/>; the same seed and number give the same scene.</summary>
    public static ShapeScene Create(int seed, int index, ShapeSceneOptions options)
    {
        int sceneSeed = unchecked(seed * 73856093 ^ (index + 1) * 19349663);
        var random = new Random(sceneSeed);
        int width = random.Next(options.MinWidth, options.MaxWidth + 1), height = random.Next(options.MinHeight, options.MaxHeight + 1);
        var objects = new List<SceneObject>();
        int wanted = random.Next(1, options.MaxObjects + 1);
        for (int attempt = 0; attempt < 50 && objects.Count < wanted; attempt++)
        {
            SceneObject candidate = Place(random, width, height, options);
            if (objects.All(other => Overlap(other.Box, candidate.Box) <= options.MaxOverlap))
                objects.Add(candidate);
        }
        return new ShapeScene(width, height, objects, sceneSeed);
    }

    /// <summary>Draws the scene; the caller disposes the picture.</summary>
    public SKBitmap Draw()
    {
        var random = new Random(unchecked(Seed + 1));
        var picture = new SKBitmap(new SKImageInfo(Width, Height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        using (var canvas = new SKCanvas(picture))
        {
            DrawBackground(canvas, random);
            foreach (SceneObject item in Objects)
                DrawObject(canvas, item, random);
        }
        byte[] pixels = picture.Bytes;
        AddNoise(pixels, random);
        Marshal.Copy(pixels, 0, picture.GetPixels(), pixels.Length);
        return picture;
    }

    static SceneObject Place(Random random, int width, int height, ShapeSceneOptions options)
    {
        int size = random.Next(options.MinObjectSize, Math.Min(options.MaxObjectSize, Math.Min(width, height)) + 1);
        SKRectI box = SKRectI.Create(random.Next(width - size + 1), random.Next(height - size + 1), size, size);
        return new SceneObject((SceneShape)random.Next(options.ShapeCount), (SceneColour)random.Next(Enum.GetValues<SceneColour>().Length), box);
    }

    /// <summary>Common area over the area of the smaller box.</summary>
    static double Overlap(SKRectI a, SKRectI b)
    {
        SKRectI common = SKRectI.Intersect(a, b);
        return (double)common.Width * common.Height / Math.Min(a.Width * a.Height, b.Width * b.Height);
    }

    void DrawBackground(SKCanvas canvas, Random random)
    {
        SKColor[] shades = [Grey(random), Grey(random)];
        using SKShader gradient = SKShader.CreateLinearGradient(
            new SKPoint(random.Next(Width), 0), new SKPoint(random.Next(Width), Height), shades, SKShaderTileMode.Clamp);
        using var paint = new SKPaint { Shader = gradient };
        canvas.DrawPaint(paint);
    }

    static SKColor Grey(Random random)
    {
        int level = random.Next(40, 216);
        byte Tinted() => (byte)Math.Clamp(level + random.Next(-15, 16), 0, 255);
        return new SKColor(Tinted(), Tinted(), Tinted());
    }

    static void DrawObject(SKCanvas canvas, SceneObject item, Random random)
    {
        using var paint = new SKPaint { Color = Shaded(item.Colour, 0.75 + 0.25 * random.NextDouble()), IsAntialias = true };
        using SKPath path = Outline(item.Shape, item.Box);
        canvas.DrawPath(path, paint);
    }

    internal static SKPath Outline(SceneShape shape, SKRect box)
    {
        var path = new SKPath();
        float third = box.Width / 3;
        switch (shape)
        {
            case SceneShape.Circle:
                path.AddOval(box);
                break;
            case SceneShape.Square:
                path.AddRect(box);
                break;
            case SceneShape.Triangle:
                path.AddPoly([new(box.MidX, box.Top), new(box.Right, box.Bottom), new(box.Left, box.Bottom)]);
                break;
            case SceneShape.Cross:
                path.AddRect(new SKRect(box.Left + third, box.Top, box.Right - third, box.Bottom));
                path.AddRect(new SKRect(box.Left, box.Top + third, box.Right, box.Bottom - third));
                break;
            default:
                path.FillType = SKPathFillType.EvenOdd;
                path.AddOval(box);
                path.AddOval(SKRect.Inflate(box, -box.Width / 5, -box.Height / 5));
                break;
        }
        return path;
    }

    internal static SKColor Shaded(SceneColour colour, double brightness)
    {
        SKColor full = colour switch
        {
            SceneColour.Red => new SKColor(225, 25, 30),
            SceneColour.Green => new SKColor(20, 170, 50),
            SceneColour.Blue => new SKColor(30, 70, 235),
            SceneColour.Yellow => new SKColor(250, 225, 25),
            SceneColour.Purple => new SKColor(150, 35, 190),
            _ => new SKColor(250, 130, 15),
        };
        return new SKColor((byte)(full.Red * brightness), (byte)(full.Green * brightness), (byte)(full.Blue * brightness));
    }

    static void AddNoise(byte[] pixels, Random random)
    {
        var noise = new byte[pixels.Length];
        random.NextBytes(noise);
        int strength = random.Next(4, 25);
        for (int i = 0; i < pixels.Length; i++)
            if (i % 4 != 3)
                pixels[i] = (byte)Math.Clamp(pixels[i] + (noise[i] - 128) * strength / 128, 0, 255);
    }
}
