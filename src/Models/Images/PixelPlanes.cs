namespace MLNetDeepExtensions.Images;

/// <summary>A picture of floats from 0 (black) to 1, planar as <see cref="RgbImage"/>: what a network eats, before normalisation. Meant to be reused.</summary>
public sealed class PixelPlanes
{
    private readonly float[] values_3HW;

    /// <summary>Black planes of the given size in pixels.</summary>
    public PixelPlanes(int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        (Width, Height, values_3HW) = (width, height, new float[3 * width * height]);
    }

    /// <summary>Pixels per row.</summary>
    public int Width { get; }

    /// <summary>Number of rows.</summary>
    public int Height { get; }

    /// <summary>All three planes, 3 * Height * Width values.</summary>
    public Span<float> Values => values_3HW;

    /// <summary>One channel, Height * Width values: 0 red, 1 green, 2 blue.</summary>
    public Span<float> Plane(int channel) => values_3HW.AsSpan(channel * Width * Height, Width * Height);

    /// <summary>One row of one channel.</summary>
    public Span<float> Row(int channel, int y) => values_3HW.AsSpan((channel * Height + y) * Width, Width);

    /// <summary>Red, green and blue of one pixel. Convenient, not fast.</summary>
    public RgbColour this[int x, int y] => new(Row(0, y)[x], Row(1, y)[x], Row(2, y)[x]);

    /// <summary>The nearest bytes: 255 times the value, rounded half up, limited to 0..255; not a number becomes 0.</summary>
    public RgbImage ToImage()
    {
        var pixels = new byte[values_3HW.Length];
        for (int i = 0; i < pixels.Length; i++) pixels[i] = ToByte(values_3HW[i]);
        return new RgbImage(Width, Height, pixels);
    }

    /// <summary>Writes rows as columns.</summary>
    /// <param name="destination">As wide as this is high, and as high as this is wide.</param>
    internal void Transpose(PixelPlanes destination)
    {
        for (int channel = 0; channel < 3; channel++)
        {
            for (int y = 0; y < destination.Height; y++)
            {
                Span<float> row = destination.Row(channel, y);
                ReadOnlySpan<float> plane = Plane(channel);
                for (int x = 0; x < row.Length; x++)
                    row[x] = plane[x * Width + y];
            }
        }
    }

    internal static byte ToByte(float value) => (byte)Math.Clamp(float.IsNaN(value) ? 0 : value * 255 + 0.5f, 0, 255);
}
