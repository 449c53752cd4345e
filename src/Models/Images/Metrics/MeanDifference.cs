namespace MLNetDeepExtensions.Images.Metrics;

/// <summary>The mean absolute difference of two pictures, their L1 distance, for colours from -1 to 1: 0 to 2. Twice that of colours from 0 to 1.</summary>
public static class MeanDifference
{
    private const double HalfRange = 127.5;

    /// <summary>Of two pictures of one size, over all pixels and channels.</summary>
    /// <exception cref="ArgumentException">Their sizes differ.</exception>
    public static double Of(RgbImage a, RgbImage b)
    {
        ImagePairs.EnsureSameSize(a, b);
        ReadOnlySpan<byte> first = a.Pixels, second = b.Pixels;
        long sum = 0;
        for (int i = 0; i < first.Length; i++)
            sum += Math.Abs(first[i] - second[i]);
        return sum / HalfRange / first.Length;
    }
}
