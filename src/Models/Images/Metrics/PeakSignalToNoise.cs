namespace MLNetDeepExtensions.Images.Metrics;

/// <summary>Peak signal-to-noise ratio in decibels: 10 log10(range² / mean squared error). Higher is closer; infinite for equal images.</summary>
/// <remarks>Over several images, take the mean of their ratios, not the ratio of their mean error.</remarks>
public static class PeakSignalToNoise
{
    /// <summary>Of two pictures of one size, over all pixels and channels.</summary>
    /// <exception cref="ArgumentException">Their sizes differ.</exception>
    public static double Of(RgbImage a, RgbImage b)
    {
        ImagePairs.EnsureSameSize(a, b);
        double squares = 0;
        ReadOnlySpan<byte> first = a.Pixels, second = b.Pixels;
        for (int i = 0; i < first.Length; i++)
        {
            double difference = first[i] - second[i];
            squares += difference * difference;
        }
        return OfMeanSquare(squares / first.Length, range: 255);
    }

    /// <summary>Of two lists of values.</summary>
    /// <param name="a">Values.</param>
    /// <param name="b">As many others.</param>
    /// <param name="range">Largest difference that two values can have: 2 for -1 to 1, 1 for 0 to 1, 255 for bytes.</param>
    /// <exception cref="ArgumentException">Their lengths differ, or there is no value.</exception>
    public static double Of(ReadOnlySpan<float> a, ReadOnlySpan<float> b, double range)
    {
        if (a.Length != b.Length || a.IsEmpty)
            throw new ArgumentException($"Expected as many values as in the first list and at least one, got {a.Length} and {b.Length}.", nameof(b));
        double squares = 0;
        for (int i = 0; i < a.Length; i++)
        {
            double difference = (double)a[i] - b[i];
            squares += difference * difference;
        }
        return OfMeanSquare(squares / a.Length, range);
    }

    private static double OfMeanSquare(double meanSquare, double range) => 10 * Math.Log10(range * range / meanSquare);
}
