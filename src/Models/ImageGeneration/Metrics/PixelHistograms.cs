using MLNetDeepExtensions.Images;

namespace MLNetDeepExtensions.ImageGeneration.Metrics;

/// <summary>
/// The simplest model of images of one size: every byte has the distribution that it has at its place in the training images, whatever the other bytes are.
/// What a model that looks at other bytes has to beat.
/// </summary>
public sealed class PixelHistograms
{
    private const int Values = 256;

    // Added to every count, so that no value is impossible.
    private const double Smoothing = 0.1;

    private readonly int channels, width, height;
    private readonly int[] counts;
    private int images;

    /// <param name="width">Of the images, in pixels.</param>
    /// <param name="height">Of the images, in pixels.</param>
    /// <param name="channels">1 for grey, of which the red channel is looked at; or 3.</param>
    public PixelHistograms(int width, int height, int channels)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        if (channels is not (1 or 3))
            throw new ArgumentOutOfRangeException(nameof(channels), channels, "Expected 1 or 3.");
        (this.width, this.height, this.channels) = (width, height, channels);
        counts = new int[channels * width * height * Values];
    }

    /// <summary>Learns an image.</summary>
    /// <exception cref="ArgumentException">It has another size.</exception>
    public void Add(RgbImage image)
    {
        ReadOnlySpan<byte> bytes = Bytes(image);
        for (int place = 0; place < bytes.Length; place++)
            counts[place * Values + bytes[place]]++;
        images++;
    }

    /// <summary>Bits per byte that the histograms need for an image; 8 before any is learned.</summary>
    /// <exception cref="ArgumentException">It has another size.</exception>
    public double BitsPerDimension(RgbImage image)
    {
        ReadOnlySpan<byte> bytes = Bytes(image);
        double bits = 0, all = images + Smoothing * Values;
        for (int place = 0; place < bytes.Length; place++)
            bits -= Math.Log2((counts[place * Values + bytes[place]] + Smoothing) / all);
        return bits / bytes.Length;
    }

    private ReadOnlySpan<byte> Bytes(RgbImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        if (image.Width != width || image.Height != height)
            throw new ArgumentException($"Expected an image of {width}x{height} pixels, got {image.Width}x{image.Height}.", nameof(image));
        return image.Pixels[..(channels * width * height)];
    }
}
