namespace MLNetDeepExtensions.Images.Metrics;

/// <summary>Two pictures that are compared pixel by pixel.</summary>
internal static class ImagePairs
{
    /// <exception cref="ArgumentException">Their sizes differ.</exception>
    public static void EnsureSameSize(RgbImage a, RgbImage b)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        if (a.Width != b.Width || a.Height != b.Height)
            throw new ArgumentException($"Expected images of one size, got {a.Width}x{a.Height} and {b.Width}x{b.Height}.");
    }
}
