using MLNetDeepExtensions.Images;

namespace MLNetDeepExtensions.Detection;

/// <summary>Mean average precision of a detector over a validation set.</summary>
internal static class DetectionValidation
{
    /// <summary>Mean over the classes of Pascal VOC's area under the precision-recall curve at an overlap of 0.5.</summary>
    public const string DefaultMetric = "mAP50";

    public static IReadOnlyDictionary<string, double> Measure(
        Func<IReadOnlyList<DetectorInput>, IReadOnlyList<IReadOnlyList<DetectedObject>>> detect, IEnumerable<DetectionSample> samples, int batchSize)
    {
        var evaluator = new DetectionEvaluator();
        foreach (DetectionSample[] batch in samples.Chunk(batchSize))
        {
            IReadOnlyList<IReadOnlyList<DetectedObject>> detected = detect([.. batch.Select(sample => new DetectorInput(sample.Image, sample.Proposals))]);
            for (int i = 0; i < batch.Length; i++)
                evaluator.Add([.. batch[i].Objects.Select(o => new AnnotatedObject(o.Box, o.Class) { IsDifficult = o.Difficult })], detected[i]);
        }
        Dictionary<string, double> results = evaluator.Results().ToDictionary(result => result.Name, result => result.Value);
        return new Dictionary<string, double>
        {
            [DefaultMetric] = results["PascalVoc2010"],
            ["mAP"] = results[nameof(CocoMetrics.AveragePrecision)],
        };
    }
}
