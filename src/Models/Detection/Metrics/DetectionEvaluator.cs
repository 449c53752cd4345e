namespace MLNetDeepExtensions.Detection;

/// <summary>COCO's and Pascal VOC's evaluation in one pass over the images.</summary>
/// <param name="pascalVoc">Details of Pascal VOC's rules; by default those of Faster R-CNN's evaluation.</param>
/// <exception cref="ArgumentOutOfRangeException">The overlap threshold is not from 0 to 1.</exception>
public sealed class DetectionEvaluator(PascalVocOptions? pascalVoc = null)
{
    /// <summary>COCO's part.</summary>
    public CocoEvaluator Coco { get; } = new();

    /// <summary>Pascal VOC's part.</summary>
    public PascalVocEvaluator PascalVoc { get; } = new(pascalVoc);

    /// <summary>Images taken in so far.</summary>
    public int ImageCount { get; private set; }

    /// <inheritdoc cref="CocoEvaluator.Add(IReadOnlyList{AnnotatedObject}, IReadOnlyList{DetectedObject})"/>
    public void Add(IReadOnlyList<AnnotatedObject> truth, IReadOnlyList<DetectedObject> detected)
    {
        foreach (ClassInImage image in ClassInImage.Split(truth, detected))
        {
            Coco.Add(image);
            PascalVoc.Add(image);
        }
        ImageCount++;
    }

    /// <summary>
    /// The means over the classes by name, for logs and for the choice of the best weights: higher is better for all. NaN if no object
    /// was added that the number could count.
    /// </summary>
    public IEnumerable<(string Name, double Value)> Results()
    {
        CocoMetrics coco = Coco.Results();
        IReadOnlyList<PascalVocMetrics> voc = PascalVoc.PerClass();
        yield return (nameof(coco.AveragePrecision), coco.AveragePrecision);
        yield return (nameof(coco.AveragePrecision50), coco.AveragePrecision50);
        yield return (nameof(coco.AveragePrecision75), coco.AveragePrecision75);
        yield return (nameof(coco.AveragePrecisionSmall), coco.AveragePrecisionSmall);
        yield return (nameof(coco.AveragePrecisionMedium), coco.AveragePrecisionMedium);
        yield return (nameof(coco.AveragePrecisionLarge), coco.AveragePrecisionLarge);
        yield return (nameof(coco.AverageRecall1), coco.AverageRecall1);
        yield return (nameof(coco.AverageRecall10), coco.AverageRecall10);
        yield return (nameof(coco.AverageRecall100), coco.AverageRecall100);
        yield return (nameof(coco.AverageRecallSmall), coco.AverageRecallSmall);
        yield return (nameof(coco.AverageRecallMedium), coco.AverageRecallMedium);
        yield return (nameof(coco.AverageRecallLarge), coco.AverageRecallLarge);
        yield return ("PascalVoc2007", DefinedNumbers.Mean(voc.Select(c => c.AveragePrecision11Point)));
        yield return ("PascalVoc2010", DefinedNumbers.Mean(voc.Select(c => c.AveragePrecision)));
    }
}
