namespace MLNetDeepExtensions.Detection;

/// <summary>
/// Average precision as the Pascal VOC challenges define it. Add image after image, then ask. Each detection is compared with the
/// object of its class that it overlaps most, and with no other; crowd flags and areas are not read.
/// </summary>
/// <remarks>Source: M. Everingham et al., "The Pascal Visual Object Classes (VOC) Challenge", 2010, section 4.2.</remarks>
public sealed class PascalVocEvaluator
{
    readonly PascalVocOptions _options;
    readonly List<ClassRanking> _classes = [];

    /// <summary>Creates an evaluator that has seen no image.</summary>
    /// <param name="options">Details of the rules; by default those of Faster R-CNN's evaluation.</param>
    /// <exception cref="ArgumentOutOfRangeException">The overlap threshold is not from 0 to 1.</exception>
    public PascalVocEvaluator(PascalVocOptions? options = null)
    {
        _options = options ?? new PascalVocOptions();
        _options.Check();
    }

    /// <summary>Takes in one image. The order of images decides between detections of equal score.</summary>
    /// <param name="truth">All objects of the image; none is fine.</param>
    /// <param name="detected">All detections of the image in any order; none is fine.</param>
    /// <exception cref="ArgumentException">A coordinate or score is not a number, or a class index is negative.</exception>
    public void Add(IReadOnlyList<AnnotatedObject> truth, IReadOnlyList<DetectedObject> detected)
    {
        foreach (ClassInImage image in ClassInImage.Split(truth, detected))
            Add(image);
    }

    /// <summary>The numbers of each class, at the place of its index; NaN for classes without objects.</summary>
    public IReadOnlyList<PascalVocMetrics> PerClass() => [.. _classes.Select(ranking => ranking.Results())];

    /// <summary>As <see cref="PerClass()"/>, with at least so many classes.</summary>
    internal IReadOnlyList<PascalVocMetrics> PerClass(int count)
    {
        Reserve(count);
        return PerClass();
    }

    internal void Add(ClassInImage image)
    {
        Reserve(image.Class + 1);
        ClassRanking ranking = _classes[image.Class];
        ranking.ObjectCount += image.Truth.Count(truth => !truth.IsDifficult);
        var taken = new bool[image.Truth.Length];
        foreach (DetectedObject detection in image.Detected)
            if (IsRight(detection.Box, image.Truth, taken) is bool isRight)
                ranking.Detections.Add((detection.Score, isRight));
    }

    void Reserve(int count)
    {
        while (_classes.Count < count)
            _classes.Add(new ClassRanking());
    }

    /// <summary>Whether the detection finds an object that no better one has taken; null if the object is difficult.</summary>
    bool? IsRight(Box detected, AnnotatedObject[] truth, bool[] taken)
    {
        (int best, double overlap) = Nearest(detected, truth);
        bool isEnough = overlap > _options.OverlapThreshold || (_options.EqualOverlapIsEnough && overlap == _options.OverlapThreshold);
        if (best < 0 || !isEnough)
            return false;
        if (truth[best].IsDifficult)
            return null;
        bool isFirst = !taken[best];
        taken[best] = true;
        return isFirst;
    }

    (int Index, double Overlap) Nearest(Box detected, AnnotatedObject[] truth)
    {
        (int Index, double Overlap) best = (-1, double.NegativeInfinity);
        for (int g = 0; g < truth.Length; g++)
        {
            double overlap = BoxOverlap.IntersectionOverUnion(detected, truth[g].Box, _options.EdgesAreInclusive ? 1 : 0);
            if (overlap > best.Overlap)
                best = (g, overlap);
        }
        return best;
    }

    sealed class ClassRanking
    {
        public readonly List<(float Score, bool IsRight)> Detections = [];
        public int ObjectCount;

        public PascalVocMetrics Results()
        {
            if (ObjectCount == 0)
                return new PascalVocMetrics { AveragePrecision = double.NaN, AveragePrecision11Point = double.NaN };
            PrecisionRecallPoint[] curve = Curve();
            double[] recall = [.. curve.Select(point => point.Recall)], precision = [.. curve.Select(point => point.Precision)];
            return new PascalVocMetrics
            {
                AveragePrecision11Point = PrecisionAverages.ElevenPoint(recall, precision),
                AveragePrecision = PrecisionAverages.Area(recall, precision),
                ObjectCount = ObjectCount,
                Curve = curve,
            };
        }

        PrecisionRecallPoint[] Curve()
        {
            var curve = new PrecisionRecallPoint[Detections.Count];
            int seen = 0, right = 0;
            foreach ((float score, bool isRight) in Detections.OrderByDescending(detection => detection.Score))
            {
                right += isRight ? 1 : 0;
                curve[seen++] = new PrecisionRecallPoint((double)right / ObjectCount, (double)right / seen, score);
            }
            return curve;
        }
    }
}
