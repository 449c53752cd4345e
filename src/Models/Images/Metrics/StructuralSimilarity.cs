namespace MLNetDeepExtensions.Images.Metrics;

/// <summary>
/// Structural similarity (Wang et al., IEEE TIP 2004): means, variances and covariance in an 11x11 Gaussian window of deviation 1.5 at every place where it
/// fits into the image, averaged over places and channels. 1 for equal images; at least -1.
/// </summary>
/// <remarks>In an image with a side below 11 pixels the window is the largest odd square that fits. Windows slide over each channel, as in the paper over grey.</remarks>
public static class StructuralSimilarity
{
    private const int LargestWindow = 11;
    private const double Deviation = 1.5, K1 = 0.01, K2 = 0.03;

    /// <summary>Of two pictures of one size.</summary>
    /// <exception cref="ArgumentException">Their sizes differ.</exception>
    public static double Of(RgbImage a, RgbImage b)
    {
        ImagePairs.EnsureSameSize(a, b);
        double[] window = Window(Math.Min(LargestWindow, (Math.Min(a.Width, a.Height) - 1) / 2 * 2 + 1));
        return Enumerable.Range(0, 3).Average(channel => OfChannel(new Channel(a, channel), new Channel(b, channel), window));
    }

    /// <summary>Of two lists of values seen as one window of equal weights.</summary>
    /// <param name="a">Values from 0 to the range: the similarity of values around 0 is another.</param>
    /// <param name="b">As many others.</param>
    /// <param name="range">The largest value there can be.</param>
    /// <exception cref="ArgumentException">Their lengths differ, or there is no value.</exception>
    public static double OfOneWindow(ReadOnlySpan<float> a, ReadOnlySpan<float> b, double range)
    {
        if (a.Length != b.Length || a.IsEmpty)
            throw new ArgumentException($"Expected as many values as in the first list and at least one, got {a.Length} and {b.Length}.", nameof(b));
        var sums = new Moments();
        for (int i = 0; i < a.Length; i++)
            sums.Add(a[i], b[i], 1.0 / a.Length);
        return sums.Similarity(range);
    }

    // The window is a product of two lines: down the columns first, then along the rows.
    private static double OfChannel(Channel a, Channel b, double[] window)
    {
        int places = a.Width - window.Length + 1, rows = a.Height - window.Length + 1;
        var columns = new Moments[a.Width];
        double sum = 0;
        for (int y = 0; y < rows; y++)
        {
            Array.Clear(columns);
            for (int row = 0; row < window.Length; row++)
                for (int x = 0; x < columns.Length; x++)
                    columns[x].Add(a[x, y + row], b[x, y + row], window[row]);
            for (int x = 0; x < places; x++)
                sum += Along(columns.AsSpan(x, window.Length), window).Similarity(range: 255);
        }
        return sum / ((double)rows * places);
    }

    private static Moments Along(ReadOnlySpan<Moments> columns, double[] window)
    {
        var sums = new Moments();
        for (int i = 0; i < window.Length; i++)
            sums.Add(columns[i], window[i]);
        return sums;
    }

    private static double[] Window(int length)
    {
        double[] weights = [.. Enumerable.Range(0, length).Select(i => Math.Exp(-Math.Pow(i - length / 2, 2) / (2 * Deviation * Deviation)))];
        double sum = weights.Sum();
        return [.. weights.Select(weight => weight / sum)];
    }

    private readonly record struct Channel(RgbImage Image, int Number)
    {
        public int Width => Image.Width;

        public int Height => Image.Height;

        public double this[int x, int y] => Image.Row(Number, y)[x];
    }

    /// <summary>Weighted means of two images' values, squares and products in a window.</summary>
    private struct Moments
    {
        private double a, b, aa, bb, ab;

        public void Add(double first, double second, double weight)
        {
            a += weight * first;
            b += weight * second;
            aa += weight * first * first;
            bb += weight * second * second;
            ab += weight * first * second;
        }

        public void Add(Moments other, double weight)
        {
            a += weight * other.a;
            b += weight * other.b;
            aa += weight * other.aa;
            bb += weight * other.bb;
            ab += weight * other.ab;
        }

        public readonly double Similarity(double range)
        {
            double c1 = K1 * range * K1 * range, c2 = K2 * range * K2 * range;
            return (2 * a * b + c1) * (2 * (ab - a * b) + c2) / ((a * a + b * b + c1) * (aa - a * a + (bb - b * b) + c2));
        }
    }
}
