namespace MLNetDeepExtensions.Detection;

/// <summary>
/// Average precision and recall as COCO defines them, equal to its own tool (pycocotools). Add image after image, then ask.
/// Difficult flags are not read; a crowd is never missed, and detections that lie in it do not count.
/// </summary>
/// <remarks>Source: T.-Y. Lin et al., "Microsoft COCO: Common Objects in Context", 2014, and cocodataset.org, "Detection
/// evaluation".</remarks>
public sealed class CocoEvaluator
{
    readonly List<CocoClassRanking> _classes = [];

    /// <summary>Takes in one image. The order of images decides between detections of equal score.</summary>
    /// <param name="truth">All objects of the image; none is fine.</param>
    /// <param name="detected">All detections of the image in any order; none is fine.</param>
    /// <exception cref="ArgumentException">A coordinate or score is not a number, or a class index is negative.</exception>
    public void Add(IReadOnlyList<AnnotatedObject> truth, IReadOnlyList<DetectedObject> detected)
    {
        foreach (ClassInImage image in ClassInImage.Split(truth, detected))
            Add(image);
    }

    /// <summary>The means over all classes that have objects.</summary>
    public CocoMetrics Results() => CocoMetrics.Mean(PerClass());

    /// <summary>The numbers of each class, at the place of its index; NaN for classes without objects.</summary>
    public IReadOnlyList<CocoMetrics> PerClass() => [.. _classes.Select(ranking => ranking.Results())];

    /// <summary>As <see cref="PerClass()"/>, with at least so many classes.</summary>
    internal IReadOnlyList<CocoMetrics> PerClass(int count)
    {
        Reserve(count);
        return PerClass();
    }

    internal void Add(ClassInImage image)
    {
        Reserve(image.Class + 1);
        _classes[image.Class].Add(image);
    }

    void Reserve(int count)
    {
        while (_classes.Count < count)
            _classes.Add(new CocoClassRanking());
    }
}
