namespace MLNetDeepExtensions.Detection;

/// <summary>
/// The twelve numbers of COCO's evaluation, for one class or as the mean over classes. Each is 0 to 1, or NaN where there is
/// no object that it could count (COCO's own tool writes -1): such classes are left out of every mean.
/// </summary>
/// <remarks>
/// A detection is right if its overlap (intersection over union) with an object of its class that no better detection has taken reaches a
/// threshold. "Average precision" is the mean precision over the recalls 0, 0.01, ..., 1, and unless said otherwise the mean over the ten
/// thresholds 0.50, 0.55, ..., 0.95. Objects are small up to 32 x 32 square pixels, medium up to 96 x 96, large beyond; both limits are
/// inclusive on either side. At most the 100 best detections of each class in each image count.
/// </remarks>
public sealed class CocoMetrics
{
    /// <summary>Average precision over ten overlap thresholds: COCO's main number, "AP" or "mAP@[.50:.95]".</summary>
    public double AveragePrecision { get; internal init; }

    /// <summary>Average precision at overlap 0.50, "AP50".</summary>
    public double AveragePrecision50 { get; internal init; }

    /// <summary>Average precision at overlap 0.75, "AP75".</summary>
    public double AveragePrecision75 { get; internal init; }

    /// <summary>Average precision over small objects alone.</summary>
    public double AveragePrecisionSmall { get; internal init; }

    /// <summary>Average precision over medium objects alone.</summary>
    public double AveragePrecisionMedium { get; internal init; }

    /// <summary>Average precision over large objects alone.</summary>
    public double AveragePrecisionLarge { get; internal init; }

    /// <summary>Share of objects found by the best detection of their class in each image, mean over the ten thresholds.</summary>
    public double AverageRecall1 { get; internal init; }

    /// <summary>Share of objects found by the 10 best detections of their class in each image, mean over the ten thresholds.</summary>
    public double AverageRecall10 { get; internal init; }

    /// <summary>Share of objects found by the 100 best detections of their class in each image, mean over the ten thresholds.</summary>
    public double AverageRecall100 { get; internal init; }

    /// <summary>Share of small objects found, with 100 detections per class and image, mean over the ten thresholds.</summary>
    public double AverageRecallSmall { get; internal init; }

    /// <summary>Share of medium objects found, with 100 detections per class and image, mean over the ten thresholds.</summary>
    public double AverageRecallMedium { get; internal init; }

    /// <summary>Share of large objects found, with 100 detections per class and image, mean over the ten thresholds.</summary>
    public double AverageRecallLarge { get; internal init; }

    /// <summary>Average precision at each of the overlaps 0.50, 0.55, ..., 0.95 alone: ten values.</summary>
    public IReadOnlyList<double> AveragePrecisionByOverlap { get; internal init; } = [];

    /// <summary>The mean of each number over the classes that have it.</summary>
    internal static CocoMetrics Mean(IReadOnlyList<CocoMetrics> classes)
    {
        double Of(Func<CocoMetrics, double> number) => DefinedNumbers.Mean(classes.Select(number));
        return new CocoMetrics
        {
            AveragePrecision = Of(c => c.AveragePrecision),
            AveragePrecision50 = Of(c => c.AveragePrecision50),
            AveragePrecision75 = Of(c => c.AveragePrecision75),
            AveragePrecisionSmall = Of(c => c.AveragePrecisionSmall),
            AveragePrecisionMedium = Of(c => c.AveragePrecisionMedium),
            AveragePrecisionLarge = Of(c => c.AveragePrecisionLarge),
            AverageRecall1 = Of(c => c.AverageRecall1),
            AverageRecall10 = Of(c => c.AverageRecall10),
            AverageRecall100 = Of(c => c.AverageRecall100),
            AverageRecallSmall = Of(c => c.AverageRecallSmall),
            AverageRecallMedium = Of(c => c.AverageRecallMedium),
            AverageRecallLarge = Of(c => c.AverageRecallLarge),
            AveragePrecisionByOverlap = [.. Enumerable.Range(0, CocoProtocol.Overlaps.Length).Select(t => Of(c => c.AveragePrecisionByOverlap[t]))],
        };
    }
}
