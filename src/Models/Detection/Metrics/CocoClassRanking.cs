namespace MLNetDeepExtensions.Detection;

/// <summary>All detections of one class over all images, with the verdicts from which COCO's numbers follow.</summary>
internal sealed class CocoClassRanking
{
    const int All = 0, Small = 1, Medium = 2, Large = 3;

    // One entry per detection; verdicts stand together per range of sizes.
    readonly List<float> _scores = [];
    readonly List<int> _placesInImage = [];
    readonly List<CocoOutcome>[] _outcomes = [.. CocoProtocol.Areas.Select(_ => new List<CocoOutcome>())];
    readonly int[] _objectCounts = new int[CocoProtocol.Areas.Length];

    public void Add(ClassInImage image)
    {
        double[,] overlaps = CocoProtocol.AllOverlaps(image);
        for (int range = 0; range < _objectCounts.Length; range++)
        {
            bool[] ignored = [.. image.Truth.Select(g => g.IsCrowd || !CocoProtocol.IsInside(g.AreaOrBoxArea, range))];
            _outcomes[range].AddRange(CocoProtocol.Judge(image, overlaps, ignored, range));
            _objectCounts[range] += ignored.Count(isIgnored => !isIgnored);
        }
        for (int place = 0; place < overlaps.GetLength(0); place++)
        {
            _scores.Add(image.Detected[place].Score);
            _placesInImage.Add(place);
        }
    }

    public CocoMetrics Results()
    {
        int[] byScore = [.. Enumerable.Range(0, _scores.Count).OrderByDescending(i => _scores[i])];
        double[] precisions = Precisions(byScore, All);
        return new CocoMetrics
        {
            AveragePrecision = precisions.Average(),
            AveragePrecision50 = precisions[0],
            AveragePrecision75 = precisions[5],
            AveragePrecisionSmall = Precisions(byScore, Small).Average(),
            AveragePrecisionMedium = Precisions(byScore, Medium).Average(),
            AveragePrecisionLarge = Precisions(byScore, Large).Average(),
            AverageRecall1 = Recall(All, 1),
            AverageRecall10 = Recall(All, 10),
            AverageRecall100 = Recall(All, 100),
            AverageRecallSmall = Recall(Small, 100),
            AverageRecallMedium = Recall(Medium, 100),
            AverageRecallLarge = Recall(Large, 100),
            AveragePrecisionByOverlap = precisions,
        };
    }

    /// <summary>Average precision at each overlap threshold; NaN without objects.</summary>
    double[] Precisions(int[] byScore, int range) =>
        [.. CocoProtocol.Overlaps.Select((_, threshold) => _objectCounts[range] > 0 ? Precision(byScore, range, 1 << threshold) : double.NaN)];

    double Precision(int[] byScore, int range, int thresholdBit)
    {
        double[] recall = new double[byScore.Length], precision = new double[byScore.Length];
        int counted = 0, hits = 0;
        foreach (int detection in byScore)
        {
            CocoOutcome outcome = _outcomes[range][detection];
            if (((outcome.Hits | outcome.Misses) & thresholdBit) == 0)
                continue;
            hits += (outcome.Hits & thresholdBit) != 0 ? 1 : 0;
            recall[counted] = (double)hits / _objectCounts[range];
            precision[counted] = (double)hits / (counted + 1);
            counted++;
        }
        return PrecisionAverages.HundredAndOnePoint(recall.AsSpan(0, counted), precision.AsSpan(0, counted));
    }

    /// <summary>Objects found by the first detections of each image, mean over thresholds; NaN without objects.</summary>
    double Recall(int range, int maxDetections)
    {
        long hits = 0;
        for (int i = 0; i < _placesInImage.Count; i++)
            if (_placesInImage[i] < maxDetections)
                hits += int.PopCount(_outcomes[range][i].Hits);
        return _objectCounts[range] > 0 ? (double)hits / CocoProtocol.Overlaps.Length / _objectCounts[range] : double.NaN;
    }
}
