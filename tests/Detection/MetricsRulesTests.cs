using MLNetDeepExtensions.Detection;

namespace MLNetDeepExtensions.Tests.Detection;

[TestClass]
public sealed class MetricsRulesTests
{
    static readonly Box Here = new(10, 10, 60, 60), There = new(200, 200, 260, 240);

    [TestMethod]
    public void DetectionsEqualToTheTruthScoreOne()
    {
        DetectionEvaluator evaluator = Evaluated(
            ([new(Here, 0), new(There, 1)], [new(Here, 0, 0.9f), new(There, 1, 0.1f)]),
            ([new(Here, 1)], [new(Here, 1, 0.5f)]));
        foreach (string name in new[] { "AveragePrecision", "AverageRecall1", "PascalVoc2007", "PascalVoc2010" })
            Assert.AreEqual(1.0, Number(evaluator, name), 1e-12, name);
        Assert.AreEqual(2, evaluator.ImageCount);
    }

    [TestMethod]
    public void WithoutDetectionsEveryNumberWithObjectsIsZero()
    {
        DetectionEvaluator evaluator = Evaluated(([new(Here, 0)], []));
        Assert.AreEqual(0.0, Number(evaluator, "AveragePrecision"));
        Assert.AreEqual(0.0, Number(evaluator, "PascalVoc2007"));
        Assert.IsTrue(double.IsNaN(Number(evaluator, "AveragePrecisionLarge")), "there is no large object");
    }

    [TestMethod]
    public void WithoutObjectsEveryNumberIsNaN()
    {
        foreach ((string name, double value) in Evaluated(([], [new(Here, 3, 0.5f)])).Results())
            Assert.IsTrue(double.IsNaN(value), name);
        foreach ((string name, double value) in new DetectionEvaluator().Results())
            Assert.IsTrue(double.IsNaN(value), name);
    }

    [TestMethod]
    public void ClassesWithoutObjectsDoNotChangeTheMeans()
    {
        DetectionEvaluator evaluator = Evaluated(([new(Here, 0)], [new(Here, 0, 0.5f), new(There, 7, 0.9f)]));
        Assert.AreEqual(1.0, Number(evaluator, "AveragePrecision"), 1e-12);
        Assert.AreEqual(1.0, Number(evaluator, "PascalVoc2010"), 1e-12);
        Assert.HasCount(8, evaluator.Coco.PerClass());
        Assert.IsTrue(double.IsNaN(evaluator.PascalVoc.PerClass()[7].AveragePrecision));
    }

    [TestMethod]
    public void OrderWithinAnImageAndScaleOfScoresDoNotMatter()
    {
        var golden = new MetricsGoldenCase("plain");
        DetectionEvaluator given = new(), changed = new();
        foreach (var (truth, detected) in golden.Images)
        {
            DetectedObject[] distinct = [.. detected.Select((box, i) => box with { Score = box.Score + i * 1e-5f })];
            given.Add(truth, distinct);
            changed.Add(truth, [.. distinct.Reverse().Select(box => box with { Score = box.Score * 8 })]);
        }
        CollectionAssert.AreEqual(given.Results().ToArray(), changed.Results().ToArray());
    }

    [TestMethod]
    public void ExactlyHalfOverlapCountsForCocoAndOnlyByOptionForPascalVoc()
    {
        AnnotatedObject[] truth = [new(new Box(0, 0, 20, 10), 0)];
        DetectedObject[] half = [new(new Box(0, 0, 10, 10), 0, 1)];
        Assert.AreEqual(1.0, Number(Evaluated((truth, half)), "AveragePrecision50"), 1e-12);
        Assert.AreEqual(0.0, Number(Evaluated((truth, half)), "PascalVoc2010"));
        var devkit = new PascalVocEvaluator(new PascalVocOptions { EqualOverlapIsEnough = true });
        devkit.Add(truth, half);
        Assert.AreEqual(1.0, devkit.PerClass()[0].AveragePrecision);
    }

    [TestMethod]
    public void BoxesOfPascalVocFilesGiveTheSameOverlapAfterTheShiftToExclusiveEdges()
    {
        Box a = new(5, 7, 20, 30), b = new(8, 3, 26, 28);
        static Box Exclusive(Box box) => new(box.X0 - 1, box.Y0 - 1, box.X1, box.Y1);
        Assert.AreEqual(BoxOverlap.IntersectionOverUnion(a, b, endPixel: 1), BoxOverlap.IntersectionOverUnion(Exclusive(a), Exclusive(b)));
    }

    [TestMethod]
    public void CurveRunsFromTheBestScoreToFullRecall()
    {
        var evaluator = new PascalVocEvaluator();
        evaluator.Add([new(Here, 0), new(There, 0) { IsDifficult = true }], [new(There, 0, 0.9f), new(There, 0, 0.8f), new(Here, 0, 0.7f), new(Here, 0, 0.6f)]);
        CollectionAssert.AreEqual(
            new PrecisionRecallPoint[] { new(1, 1, 0.7f), new(1, 0.5, 0.6f) }, evaluator.PerClass()[0].Curve.ToArray());
    }

    [TestMethod]
    public void WorkedExampleFollowsTheHandCalculationAtEveryOverlap()
    {
        var evaluator = new CocoEvaluator();
        foreach (var (truth, detected) in new MetricsGoldenCase("worked_example").Images)
            evaluator.Add(truth, detected);
        double[] expected = [0.793729, 0.793729, 0.793729, 0.793729, 0.793729, 0.546205, 0.339934, 0.257426, 0.257426, 0];
        for (int t = 0; t < expected.Length; t++)
            Assert.AreEqual(expected[t], evaluator.Results().AveragePrecisionByOverlap[t], 1e-6);
    }

    [TestMethod]
    public void WhatIsNotANumberIsRefusedByItsPlace()
    {
        var evaluator = new DetectionEvaluator();
        string nanScore = Assert.ThrowsExactly<ArgumentException>(() => evaluator.Add([], [new(Here, 0, 1), new(Here, 0, float.NaN)])).Message;
        StringAssert.Contains(nanScore, "Detected object 1");
        string nanBox = Assert.ThrowsExactly<ArgumentException>(() => evaluator.Add([new(new Box(0, float.NaN, 1, 1), 0)], [])).Message;
        StringAssert.Contains(nanBox, "Annotated object 0");
        Assert.ThrowsExactly<ArgumentException>(() => evaluator.Add([new(Here, -1)], []));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new DetectionEvaluator(new PascalVocOptions { OverlapThreshold = double.NaN }));
        Assert.AreEqual(0, evaluator.ImageCount);
    }

    static DetectionEvaluator Evaluated(params (AnnotatedObject[] Truth, DetectedObject[] Detected)[] images)
    {
        var evaluator = new DetectionEvaluator();
        foreach (var (truth, detected) in images)
            evaluator.Add(truth, detected);
        return evaluator;
    }

    static double Number(DetectionEvaluator evaluator, string name) => evaluator.Results().Single(result => result.Name == name).Value;
}
