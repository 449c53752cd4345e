namespace MLNetDeepExtensions.Detection;

/// <summary>The constants of COCO's evaluation and its way of pairing detections with objects.</summary>
internal static class CocoProtocol
{
    /// <summary>No more detections than these count for one class in one image.</summary>
    public const int MaxDetections = 100;

    /// <summary>0.50, 0.55, ..., 0.95, to the last bit as the reference computes them.</summary>
    public static readonly double[] Overlaps = [.. Enumerable.Range(0, 9).Select(i => i * ((0.95 - 0.5) / 9) + 0.5), 0.95];

    /// <summary>Square pixels of all, small, medium and large objects, both ends inclusive.</summary>
    public static readonly (double Least, double Most)[] Areas = [(0, 1e10), (0, 32 * 32), (32 * 32, 96 * 96), (96 * 96, 1e10)];

    /// <summary>True if the size counts in the given range of <see cref="Areas"/>.</summary>
    public static bool IsInside(double area, int range) => area >= Areas[range].Least && area <= Areas[range].Most;

    /// <summary>Overlap of every detection (row) with every object (column); with a crowd, the share of the detection inside
    /// it.</summary>
    public static double[,] AllOverlaps(ClassInImage image)
    {
        int count = Math.Min(image.Detected.Length, MaxDetections);
        var overlaps = new double[count, image.Truth.Length];
        for (int d = 0; d < count; d++)
            for (int g = 0; g < image.Truth.Length; g++)
                overlaps[d, g] = image.Truth[g].IsCrowd
                    ? BoxOverlap.ShareInside(image.Detected[d].Box, image.Truth[g].Box)
                    : BoxOverlap.IntersectionOverUnion(image.Detected[d].Box, image.Truth[g].Box);
        return overlaps;
    }

    /// <summary>Judges the detections at every overlap threshold, for one range of sizes.</summary>
    /// <param name="image">One class in one image.</param>
    /// <param name="overlaps">What <see cref="AllOverlaps"/> gave for it.</param>
    /// <param name="ignored">For each object, whether it is left out: a crowd, or of another size.</param>
    /// <param name="range">Which of <see cref="Areas"/> detections without an object are held against.</param>
    public static CocoOutcome[] Judge(ClassInImage image, double[,] overlaps, bool[] ignored, int range)
    {
        var outcomes = new CocoOutcome[overlaps.GetLength(0)];
        int[] objects = [.. Enumerable.Range(0, ignored.Length).OrderBy(g => ignored[g])];
        var taken = new bool[ignored.Length];
        for (int t = 0; t < Overlaps.Length; t++)
        {
            Array.Clear(taken);
            for (int d = 0; d < outcomes.Length; d++)
            {
                int found = BestObject(image.Truth, objects, ignored, taken, overlaps, d, Overlaps[t]);
                if (found >= 0)
                    taken[found] = true;
                if (found >= 0 && !ignored[found])
                    outcomes[d].Hits |= (ushort)(1 << t);
                else if (found < 0 && IsInside(BoxOverlap.Area(image.Detected[d].Box), range))
                    outcomes[d].Misses |= (ushort)(1 << t);
            }
        }
        return outcomes;
    }

    /// <summary>
    /// The object with the highest overlap, the later of two equals, among those not taken; one that counts goes before
    /// any that is ignored, and a crowd can be taken again. -1 if none reaches the threshold.
    /// </summary>
    static int BestObject(
        AnnotatedObject[] truth, int[] objects, bool[] ignored, bool[] taken, double[,] overlaps, int detection, double threshold)
    {
        int best = -1;
        foreach (int g in objects)
        {
            if (taken[g] && !truth[g].IsCrowd)
                continue;
            if (best >= 0 && !ignored[best] && ignored[g])
                break;
            if (overlaps[detection, g] < threshold)
                continue;
            threshold = overlaps[detection, g];
            best = g;
        }
        return best;
    }
}

/// <summary>Verdict on one detection for one range of sizes: a bit per overlap threshold; neither bit if it does not count.</summary>
internal struct CocoOutcome
{
    /// <summary>Thresholds at which it found an object.</summary>
    public ushort Hits;

    /// <summary>Thresholds at which it found nothing.</summary>
    public ushort Misses;
}
