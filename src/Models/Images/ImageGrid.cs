namespace MLNetDeepExtensions.Images;

/// <summary>Several images as one picture.</summary>
public static class ImageGrid
{
    private const int Gap = 2;
    private const byte Ground = 255;

    /// <summary>The images row by row, with white between and around them. Smaller images stand at the upper left of their cells.</summary>
    /// <param name="images">At least one.</param>
    /// <param name="columns">Images in a row. At least 1.</param>
    public static RgbImage Of(IReadOnlyList<RgbImage> images, int columns)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentOutOfRangeException.ThrowIfZero(images.Count);
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        int cellWidth = images.Max(image => image.Width) + Gap, cellHeight = images.Max(image => image.Height) + Gap;
        int width = columns * cellWidth + Gap, height = (images.Count + columns - 1) / columns * cellHeight + Gap;
        var pixels = new byte[3 * width * height];
        Array.Fill(pixels, Ground);
        for (int i = 0; i < images.Count; i++)
        {
            int left = i % columns * cellWidth + Gap, top = i / columns * cellHeight + Gap;
            for (int channel = 0; channel < 3; channel++)
                for (int y = 0; y < images[i].Height; y++)
                    images[i].Row(channel, y).CopyTo(pixels.AsSpan((channel * height + top + y) * width + left));
        }
        return new RgbImage(width, height, pixels);
    }
}
