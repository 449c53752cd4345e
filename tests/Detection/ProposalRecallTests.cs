using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetDeepExtensions.Detection;

namespace MLNetDeepExtensions.Tests.Detection;

[TestClass]
public sealed class ProposalRecallTests
{
    private sealed class Row
    {
        public float[] BoundingBoxes { get; set; } = [];

        public float[] Proposals { get; set; } = [];

        public bool[] Difficult { get; set; } = [];
    }

    // Overlaps of the best pairs: 0.8, 0.6 (three objects, two proposals), none without proposals.
    private static readonly Row[] Rows =
    [
        new()
        {
            BoundingBoxes = [0, 0, 10, 10, 20, 0, 30, 10, 50, 0, 60, 10], Proposals = [0, 0, 10, 8, 20, 0, 30, 6], Difficult = [false, false, true],
        },
        new() { BoundingBoxes = [0, 0, 10, 10], Difficult = [false] },
        new() { Proposals = [0, 0, 1, 1] },
    ];

    [TestMethod]
    public void RecallIsThePartOfObjectsWithAProposalOfTheirOwn()
    {
        ProposalMetrics metrics = Evaluate(null, null);

        Assert.AreEqual(2 / 4.0, metrics.Recall50);
        Assert.AreEqual(1 / 4.0, metrics.Recall70);
        Assert.AreEqual(1 / 4.0, metrics.RecallAt(0.8));
        Assert.AreEqual(0, metrics.RecallAt(0.85));
        // Three overlaps up to 0.6 find two of four, four up to 0.8 one.
        Assert.AreEqual((3 * 0.5 + 4 * 0.25) / 10, metrics.AverageRecall, 1e-9);
        Assert.AreEqual((4, 3, 1.0), (metrics.ObjectCount, metrics.ImageCount, metrics.ProposalsPerImage));
    }

    [TestMethod]
    public void FewerProposalsAndDifficultObjectsDoNotCount()
    {
        Assert.AreEqual(1 / 4.0, Evaluate(maxProposals: 1, null).Recall50);
        Assert.AreEqual(2 / 3.0, Evaluate(null, "Difficult").Recall50, 1e-9);
    }

    [TestMethod]
    public void OneProposalCoversOneObject()
    {
        var evaluator = new ProposalEvaluator();
        evaluator.Add([new Box(0, 0, 10, 10), new Box(0, 0, 10, 9)], [new Box(0, 0, 10, 10)]);
        Assert.AreEqual(0.5, evaluator.Recall(0.5));
    }

    [TestMethod]
    public void WithoutObjectsThereIsNoRecall() => Assert.IsTrue(double.IsNaN(new ProposalEvaluator().Recall(0.5)));

    [TestMethod]
    public void ABoxThatIsNoneIsReportedWithItsRow()
    {
        var ml = new MLContext();
        IDataView data = ml.Data.LoadFromEnumerable([Rows[0], new Row { Proposals = [3, 3, 3, 5] }]);
        var fault = Assert.ThrowsExactly<InvalidDataException>(() => ml.ObjectDetection.EvaluateProposals(data));
        Assert.AreEqual("Row 1: Proposals: box 0: expected x0 < x1, y0 < y1 of finite numbers, got 3, 3, 3, 5.", fault.Message);
    }

    private static ProposalMetrics Evaluate(int? maxProposals, string? difficult)
    {
        var ml = new MLContext();
        return ml.ObjectDetection.EvaluateProposals(
            ml.Data.LoadFromEnumerable(Rows), maxProposals: maxProposals, difficultColumnName: difficult);
    }
}
