namespace MLNetDeepExtensions.Images;

/// <summary>A picture of bytes, planar: all red, then all green, then all blue, each row by row from the top. Never written to after it was made.</summary>
public sealed class RgbImage
{
    private readonly byte[] pixels_3HW;

    /// <summary>Takes over an array of 3 * height * width bytes, which the caller no longer writes to.</summary>
    /// <exception cref="ArgumentException">The array has another length.</exception>
    public RgbImage(int width, int height, byte[] pixels_3HW)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        ArgumentNullException.ThrowIfNull(pixels_3HW);
        if (pixels_3HW.LongLength != 3L * width * height)
            throw new ArgumentException($"An image of {width}x{height} has {3L * width * height} bytes, got {pixels_3HW.LongLength}.", nameof(pixels_3HW));
        (Width, Height, this.pixels_3HW) = (width, height, pixels_3HW);
    }

    /// <summary>Pixels per row.</summary>
    public int Width { get; }

    /// <summary>Number of rows.</summary>
    public int Height { get; }

    /// <summary>All three planes, 3 * Height * Width bytes.</summary>
    public ReadOnlySpan<byte> Pixels => pixels_3HW;

    /// <summary>One channel, Height * Width bytes: 0 red, 1 green, 2 blue.</summary>
    public ReadOnlySpan<byte> Plane(int channel) => pixels_3HW.AsSpan(channel * Width * Height, Width * Height);

    /// <summary>One row of one channel.</summary>
    public ReadOnlySpan<byte> Row(int channel, int y) => pixels_3HW.AsSpan((channel * Height + y) * Width, Width);

    /// <summary>Red, green and blue of one pixel. Convenient, not fast.</summary>
    public (byte Red, byte Green, byte Blue) this[int x, int y] => (Row(0, y)[x], Row(1, y)[x], Row(2, y)[x]);

    /// <summary>An image of one colour.</summary>
    public static RgbImage Filled(int width, int height, byte red, byte green, byte blue)
    {
        var pixels = new byte[3 * width * height];
        pixels.AsSpan(0, width * height).Fill(red);
        pixels.AsSpan(width * height, width * height).Fill(green);
        pixels.AsSpan(2 * width * height).Fill(blue);
        return new RgbImage(width, height, pixels);
    }
}
