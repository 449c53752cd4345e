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
}
