namespace MLNetDeepExtensions.Detection;

/// <summary>Overlap of boxes in double precision: thresholds of 0.5 and the like must be met exactly.</summary>
internal static class BoxOverlap
{
    /// <summary>Square pixels, zero for an empty or reversed box.</summary>
    public static double Area(Box box, double endPixel = 0) =>
        Math.Max(0, (double)box.X1 - box.X0 + endPixel) * Math.Max(0, (double)box.Y1 - box.Y0 + endPixel);

    /// <summary>Square pixels of the common part.</summary>
    public static double Intersection(Box a, Box b, double endPixel = 0) => Area(a.Intersect(b), endPixel);

    /// <summary>Intersection over union, 0 to 1; <paramref name="endPixel"/> is 1 if the right and bottom edges belong to the
    /// box.</summary>
    public static double IntersectionOverUnion(Box a, Box b, double endPixel = 0) =>
        Ratio(Intersection(a, b, endPixel), Area(a, endPixel) + Area(b, endPixel) - Intersection(a, b, endPixel));

    /// <summary>The part of the detected box that lies in the crowd, 0 to 1: COCO's overlap with a crowd.</summary>
    public static double ShareInside(Box detected, Box crowd) => Ratio(Intersection(detected, crowd), Area(detected));

    static double Ratio(double part, double whole) => part > 0 ? part / whole : 0;
}
