using MLNetDeepExtensions.Detection;
using MLNetDeepExtensions.Images;

namespace MLNetDeepExtensions.Tests.Images;

/// <summary>Pictures made on the spot.</summary>
internal static class Pictures
{
    /// <summary>Every byte at random.</summary>
    public static RgbImage Noise(int width, int height, int seed = 1)
    {
        var random = new SampleRandom(seed, 0, 0);
        var pixels = new byte[3 * width * height];
        for (int i = 0; i < pixels.Length; i++) pixels[i] = (byte)random.Below(256);
        return new RgbImage(width, height, pixels);
    }

    /// <summary>Made of a formula per pixel.</summary>
    public static RgbImage Of(int width, int height, Func<int, int, (byte Red, byte Green, byte Blue)> colour)
    {
        var pixels = new byte[3 * width * height];
        for (int y = 0; y < height; y++)
            for (int x = 0; x < width; x++)
                (pixels[y * width + x], pixels[(height + y) * width + x], pixels[(2 * height + y) * width + x]) = colour(x, y);
        return new RgbImage(width, height, pixels);
    }

    /// <summary>The largest difference between two arrays of the same length.</summary>
    public static float Difference(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        Assert.AreEqual(a.Length, b.Length);
        float largest = 0;
        for (int i = 0; i < a.Length; i++) largest = Math.Max(largest, Math.Abs(a[i] - b[i]));
        return largest;
    }

    /// <summary>255 for pixels of the box, else 0.</summary>
    public static byte Inside(Box box, int x, int y) => x >= box.X0 && x < box.X1 && y >= box.Y0 && y < box.Y1 ? (byte)255 : (byte)0;

    /// <summary>The box around the bright pixels of a channel.</summary>
    public static Box Extent(PixelPlanes planes, int channel)
    {
        var box = new Box(planes.Width, planes.Height, 0, 0);
        for (int y = 0; y < planes.Height; y++)
            for (int x = 0; x < planes.Width; x++)
                if (planes.Row(channel, y)[x] > 0.5f)
                    box = new(Math.Min(box.X0, x), Math.Min(box.Y0, y), Math.Max(box.X1, x + 1), Math.Max(box.Y1, y + 1));
        return box;
    }
}
