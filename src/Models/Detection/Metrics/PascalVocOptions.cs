namespace MLNetDeepExtensions.Detection;

/// <summary>What differs between published evaluations by Pascal VOC's rules.</summary>
public sealed record PascalVocOptions
{
    /// <summary>Overlap (intersection over union, 0 to 1) that a detection must exceed.</summary>
    public double OverlapThreshold { get; init; } = 0.5;

    /// <summary>
    /// Whether an overlap of exactly the threshold is enough, as in the challenge's own MATLAB code; the evaluation of Faster R-CNN,
    /// which most papers used, asks for more.
    /// </summary>
    public bool EqualOverlapIsEnough { get; init; }

    /// <summary>
    /// Whether the right and bottom edge are the last pixel of an object, as in Pascal VOC's files, which makes it one pixel wider and
    /// higher.
    /// Leave it off for boxes whose right and bottom edge is exclusive, as all boxes of this library.
    /// </summary>
    public bool EdgesAreInclusive { get; init; }

    internal void Check()
    {
        if (!(OverlapThreshold is >= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(OverlapThreshold), OverlapThreshold, "The overlap threshold must be from 0 to 1.");
    }
}
