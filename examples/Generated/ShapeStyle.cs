using SkiaSharp;

namespace MLNetDeepExtensions.Examples;

/// <summary>How a scene of shapes is drawn.</summary>
public enum ShapeStyle
{
    /// <summary>Full colours before a dark sky.</summary>
    Night,

    /// <summary>Pale colours with dark outlines on paper.</summary>
    Paper,
}

/// <summary>Draws scenes in two styles that show the same things, so that it is known what a picture is in the other style.</summary>
public static class ShapeStyles
{
    private static readonly SKColor Sky = new(16, 20, 44), Horizon = new(52, 34, 78), Paper = new(246, 240, 224), Ink = new(44, 40, 40);

    /// <summary>Writes two sets of pictures of different scenes: <c>trainA</c>, <c>trainB</c>, <c>testA</c>, <c>testB</c>; and for each test picture the same scene
    /// in the other style, under its name in <c>truthA</c> (for those of <c>testA</c>) and <c>truthB</c>.</summary>
    public static void WriteUnpaired(string folder, int trainCount, int testCount, int seed, ShapeSceneOptions options)
    {
        foreach ((ShapeStyle style, string domain, int first) in new[] { (ShapeStyle.Night, "A", 0), (ShapeStyle.Paper, "B", trainCount + testCount) })
        {
            ShapeStyle other = style == ShapeStyle.Night ? ShapeStyle.Paper : ShapeStyle.Night;
            for (int i = 0; i < trainCount; i++)
                Write(seed, first + i, options, style, Path.Combine(folder, "train" + domain));
            for (int i = trainCount; i < trainCount + testCount; i++)
            {
                Write(seed, first + i, options, style, Path.Combine(folder, "test" + domain));
                Write(seed, first + i, options, other, Path.Combine(folder, "truth" + domain));
            }
        }
    }

    /// <summary>Draws a scene; the caller disposes the picture.</summary>
    public static SKBitmap Draw(ShapeScene scene, ShapeStyle style)
    {
        var picture = new SKBitmap(new SKImageInfo(scene.Width, scene.Height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        using var canvas = new SKCanvas(picture);
        DrawGround(canvas, scene, style);
        foreach (SceneObject item in scene.Objects)
            DrawShape(canvas, item, style);
        return picture;
    }

    private static void DrawGround(SKCanvas canvas, ShapeScene scene, ShapeStyle style)
    {
        if (style == ShapeStyle.Paper)
        {
            canvas.Clear(Paper);
            return;
        }
        using SKShader gradient = SKShader.CreateLinearGradient(new SKPoint(0, 0), new SKPoint(0, scene.Height), [Sky, Horizon], SKShaderTileMode.Clamp);
        using var paint = new SKPaint { Shader = gradient };
        canvas.DrawPaint(paint);
    }

    private static void DrawShape(SKCanvas canvas, SceneObject item, ShapeStyle style)
    {
        SKColor full = ShapeScene.Shaded(item.Colour, 1);
        SKRect box = SKRect.Inflate(item.Box, -1, -1);
        using SKPath path = ShapeScene.Outline(item.Shape, box);
        using var fill = new SKPaint { Color = style == ShapeStyle.Night ? full : Pale(full), IsAntialias = true };
        canvas.DrawPath(path, fill);
        if (style == ShapeStyle.Night)
            return;
        using var line = new SKPaint { Color = Ink, IsAntialias = true, IsStroke = true, StrokeWidth = 2 };
        canvas.DrawPath(path, line);
    }

    private static SKColor Pale(SKColor colour) => new(Halfway(colour.Red), Halfway(colour.Green), Halfway(colour.Blue));

    private static byte Halfway(byte level) => (byte)((level + 255) / 2);

    private static void Write(int seed, int index, ShapeSceneOptions options, ShapeStyle style, string folder)
    {
        using SKBitmap picture = Draw(ShapeScene.Create(seed, index, options), style);
        using FileStream file = File.Create(Path.Combine(Directory.CreateDirectory(folder).FullName, $"{index:D6}.png"));
        picture.Encode(file, SKEncodedImageFormat.Png, quality: 100);
    }
}
