using MLNetDeepExtensions.Detection;

namespace MLNetDeepExtensions.Tests.Detection;

[TestClass]
public sealed class MetricsGoldenTests
{
    static IEnumerable<object[]> Cases => MetricsGoldenCase.Names();

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void CocoNumbersEqualPycocotools(string name)
    {
        var golden = new MetricsGoldenCase(name);
        var evaluator = new CocoEvaluator();
        foreach (var (truth, detected) in golden.Images)
            evaluator.Add(truth, detected);
        AssertEqual(golden.Coco, TwelveNumbers(evaluator.Results()), "mean");
        IReadOnlyList<CocoMetrics> perClass = evaluator.PerClass();
        for (int c = 0; c < perClass.Count; c++)
            AssertEqual(golden.CocoPerClass[c], TwelveNumbers(perClass[c]), $"class {c}");
    }

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void PascalVocNumbersEqualPyFasterRcnn(string name)
    {
        var golden = new MetricsGoldenCase(name);
        foreach (bool inclusive in new[] { false, true })
        {
            var evaluator = new PascalVocEvaluator(new PascalVocOptions { EdgesAreInclusive = inclusive });
            foreach (var (truth, detected) in golden.Images)
                evaluator.Add(truth, detected);
            IReadOnlyList<PascalVocMetrics> perClass = evaluator.PerClass();
            for (int c = 0; c < perClass.Count; c++)
                AssertEqual(golden.PascalVoc(inclusive)[c], [perClass[c].AveragePrecision11Point, perClass[c].AveragePrecision], $"class {c}");
        }
    }

    [TestMethod]
    public void GoldenCasesTellInclusiveEdgesApart()
    {
        var golden = new MetricsGoldenCase("plain");
        Assert.AreNotEqual(golden.PascalVoc(true)[0][1], golden.PascalVoc(false)[0][1]);
    }

    static double[] TwelveNumbers(CocoMetrics m) =>
    [
        m.AveragePrecision, m.AveragePrecision50, m.AveragePrecision75, m.AveragePrecisionSmall, m.AveragePrecisionMedium, m.AveragePrecisionLarge,
        m.AverageRecall1, m.AverageRecall10, m.AverageRecall100, m.AverageRecallSmall, m.AverageRecallMedium, m.AverageRecallLarge,
    ];

    static void AssertEqual(double[] expected, double[] actual, string what)
    {
        Assert.HasCount(expected.Length, actual);
        for (int i = 0; i < expected.Length; i++)
            if (double.IsNaN(expected[i]))
                Assert.IsTrue(double.IsNaN(actual[i]), $"{what}, number {i}: expected NaN, got {actual[i]}");
            else
                Assert.AreEqual(expected[i], actual[i], 1e-12, $"{what}, number {i}");
    }
}
