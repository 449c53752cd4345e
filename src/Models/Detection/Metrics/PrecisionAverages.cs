namespace MLNetDeepExtensions.Detection;

/// <summary>
/// The three ways to turn precision and recall along a ranking into one number. All take the cumulative values in order of
/// falling score; recall never falls.
/// </summary>
internal static class PrecisionAverages
{
    /// <summary>Pascal VOC 2007: mean over the recalls 0, 0.1, ..., 1 of the best precision at that recall or more.</summary>
    public static double ElevenPoint(ReadOnlySpan<double> recall, ReadOnlySpan<double> precision)
    {
        // Multiples of 0.1 as the reference computes them: the fourth is a hair above 0.3.
        double[] envelope = Envelope(precision);
        double sum = 0;
        for (int i = 0; i <= 10; i++)
            sum += At(recall, envelope, i * 0.1);
        return sum / 11;
    }

    /// <summary>Pascal VOC 2010 and later: area under the precision made non-increasing.</summary>
    public static double Area(ReadOnlySpan<double> recall, ReadOnlySpan<double> precision)
    {
        double[] envelope = Envelope(precision);
        double area = 0, reached = 0;
        for (int i = 0; i < envelope.Length; i++)
        {
            area += (recall[i] - reached) * envelope[i];
            reached = recall[i];
        }
        return area;
    }

    /// <summary>COCO: mean over the recalls 0, 0.01, ..., 1 of the best precision at that recall or more.</summary>
    public static double HundredAndOnePoint(ReadOnlySpan<double> recall, ReadOnlySpan<double> precision)
    {
        double[] envelope = Envelope(precision);
        double sum = 0;
        int next = 0;
        for (int i = 0; i <= 100; i++)
        {
            double wanted = i == 100 ? 1 : i * 0.01;
            while (next < envelope.Length && recall[next] < wanted)
                next++;
            sum += next < envelope.Length ? envelope[next] : 0;
        }
        return sum / 101;
    }

    /// <summary>For each place the highest precision there or later.</summary>
    static double[] Envelope(ReadOnlySpan<double> precision)
    {
        double[] envelope = precision.ToArray();
        for (int i = envelope.Length - 2; i >= 0; i--)
            envelope[i] = Math.Max(envelope[i], envelope[i + 1]);
        return envelope;
    }

    static double At(ReadOnlySpan<double> recall, double[] envelope, double wanted)
    {
        for (int i = 0; i < envelope.Length; i++)
            if (recall[i] >= wanted)
                return envelope[i];
        return 0;
    }
}
