namespace MLNetDeepExtensions.Detection;

/// <summary>An object that is known to be in an image: the truth that detections are compared with.</summary>
/// <param name="Box">Where, in pixels of the original image.</param>
/// <param name="Class">What, counted from 0.</param>
public readonly record struct AnnotatedObject(Box Box, int Class)
{
    /// <summary>Pascal VOC's flag: finding the object is neither rewarded nor punished. Only <see cref="PascalVocEvaluator"/> reads
    /// it.</summary>
    public bool IsDifficult { get; init; }

    /// <summary>COCO's flag: the box surrounds a crowd, any number of detections may lie in it. Only <see cref="CocoEvaluator"/> reads
    /// it.</summary>
    public bool IsCrowd { get; init; }

    /// <summary>
    /// COCO's size of the object in square pixels, there the area of its outline; NaN stands for the area of the box. It decides
    /// whether the object counts as small, medium or large.
    /// </summary>
    public float Area { get; init; } = float.NaN;

    /// <summary>Square pixels that decide the size class: <see cref="Area"/>, else that of the box.</summary>
    internal double AreaOrBoxArea => float.IsNaN(Area) ? BoxOverlap.Area(Box) : Area;
}
