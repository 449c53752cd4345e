namespace MLNetDeepExtensions.Images;

/// <summary>Which pixels of one axis of an image, with which weights, make each output pixel. Taps outside the image are kept apart: they show the fill colour.</summary>
internal sealed class AxisTaps
{
    // Edges of windows are computed: a window that should end on a pixel edge must not reach into the next pixel.
    private const double EdgeTolerance = 1e-6;

    private AxisTaps(int outputs, int count) =>
        (Count, First, Weights, Outside) = (count, new int[outputs], new float[outputs * count], new float[outputs]);

    /// <summary>Taps per output pixel; weights of taps that are not needed are zero.</summary>
    public int Count { get; }

    /// <summary>Per output, the image pixel of the first tap; First + Count may exceed the image where weights are zero.</summary>
    public int[] First { get; }

    /// <summary>Count weights per output; with Outside they sum to one.</summary>
    public float[] Weights { get; }

    /// <summary>Per output, the weight of what lies outside the image.</summary>
    public float[] Outside { get; }

    /// <summary>Resamples the pixels from start to start + length of an axis to a number of outputs.</summary>
    public static AxisTaps Of(Resampling rule, double start, double length, int outputs, bool mirror, int imageLength)
    {
        double scale = length / outputs, stretch = IsAntialiased(rule) ? Math.Max(scale, 1) : 1;
        double reach = Reach(rule, scale) * stretch;
        var taps = new AxisTaps(outputs, (int)Math.Ceiling(2 * reach - EdgeTolerance) + (rule == Resampling.Area ? 1 : 0));
        int low = (int)Math.Floor(start + EdgeTolerance), high = (int)Math.Ceiling(start + length - EdgeTolerance) - 1;
        for (int i = 0; i < outputs; i++)
        {
            double centre = start + (i + 0.5) * scale;
            int first = (int)Math.Floor(rule == Resampling.Area ? centre - reach : centre - reach + 0.5);
            taps.Set(mirror ? outputs - 1 - i : i, first, k => Weight(rule, k + 0.5 - centre, scale, stretch), low, high, IsAntialiased(rule), imageLength);
        }
        return taps;
    }

    private void Set(int output, int first, Func<int, double> weight, int low, int high, bool drop, int imageLength)
    {
        int origin = First[output] = Math.Clamp(first, 0, imageLength - 1);
        double total = 0, outside = 0;
        for (int k = first; k < first + Count; k++)
            if (!drop || (k >= low && k <= high)) total += weight(k);
        for (int k = first; k < first + Count; k++)
        {
            // Beyond the window its edge is repeated, or dropped: a crop shows nothing of its surroundings.
            if (drop && (k < low || k > high)) continue;
            int pixel = Math.Clamp(k, low, high);
            if (pixel < 0 || pixel >= imageLength) outside += weight(k) / total;
            else Weights[output * Count + pixel - origin] += (float)(weight(k) / total);
        }
        Outside[output] = (float)outside;
    }

    private static bool IsAntialiased(Resampling rule) =>
        rule is Resampling.AntialiasedBilinear or Resampling.AntialiasedBicubic or Resampling.Area;

    private static double Reach(Resampling rule, double scale) => rule switch
    {
        Resampling.Nearest => 0.5,
        Resampling.Area => scale / 2 / Math.Max(scale, 1),
        Resampling.Bilinear or Resampling.AntialiasedBilinear => 1,
        Resampling.Bicubic or Resampling.AntialiasedBicubic => 2,
        _ => throw new ArgumentOutOfRangeException(nameof(rule), rule, "Unknown resampling."),
    };

    private static double Weight(Resampling rule, double distance, double scale, double stretch) => rule switch
    {
        Resampling.Nearest => 1,
        Resampling.Area => Math.Max(0, Math.Min(0.5, distance + scale / 2) + Math.Min(0.5, scale / 2 - distance)),
        Resampling.Bilinear or Resampling.AntialiasedBilinear => Math.Max(0, 1 - Math.Abs(distance / stretch)),
        Resampling.Bicubic => Cubic(Math.Abs(distance), -0.75),
        _ => Cubic(Math.Abs(distance / stretch), -0.5),
    };

    // Keys: Cubic Convolution Interpolation for Digital Image Processing, 1981, eq. (4) and (15) with free a.
    private static double Cubic(double x, double a) => x switch
    {
        < 1 => ((a + 2) * x - (a + 3)) * x * x + 1,
        < 2 => ((x - 5) * x + 8) * x * a - 4 * a,
        _ => 0,
    };
}
