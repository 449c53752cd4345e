namespace MLNetDeepExtensions.Detection;

/// <summary>The numbers of Pascal VOC's evaluation for one class.</summary>
public sealed class PascalVocMetrics
{
    /// <summary>
    /// Average precision by the rule of 2007: the mean over the recalls 0, 0.1, ..., 1 of the best precision at that recall or more. 0
    /// to 1; NaN if
    /// the class has no object that is not difficult. Results on "VOC 2007 test" are given in this number.
    /// </summary>
    public double AveragePrecision11Point { get; internal init; }

    /// <summary>
    /// Average precision by the rule from 2010 on: the area under the curve of precision over recall, made non-increasing. 0 to 1; NaN
    /// if the class
    /// has no object that is not difficult.
    /// </summary>
    public double AveragePrecision { get; internal init; }

    /// <summary>Objects that are not difficult: those that can be found.</summary>
    public int ObjectCount { get; internal init; }

    /// <summary>
    /// Recall and precision after each detection, by falling score; detections of difficult objects are left out. Empty if nothing was
    /// detected,
    /// or if there is no object.
    /// </summary>
    public IReadOnlyList<PrecisionRecallPoint> Curve { get; internal init; } = [];
}

/// <summary>What a detector achieves if only detections with at least a certain score are believed.</summary>
/// <param name="Recall">Objects found over objects, 0 to 1.</param>
/// <param name="Precision">Right detections over detections, 0 to 1.</param>
/// <param name="Score">The lowest score that is believed.</param>
public readonly record struct PrecisionRecallPoint(double Recall, double Precision, float Score);
