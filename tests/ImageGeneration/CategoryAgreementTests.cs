using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetDeepExtensions.ImageGeneration.Metrics;
using MLNetDeepExtensions.Images;

namespace MLNetDeepExtensions.Tests.ImageGeneration;

[TestClass]
public sealed class CategoryAgreementTests
{
    [TestMethod]
    public void ThreeCategoriesByHand()
    {
        var agreement = new CategoryAgreement(new long[,] { { 40, 5, 3 }, { 6, 2, 44 }, { 4, 43, 3 } });
        Assert.AreEqual(0.846667, agreement.Accuracy, 1e-6);
        Assert.AreEqual(0.846667, agreement.MajorityAccuracy, 1e-6);
        Assert.AreEqual(0.573469, agreement.MutualInformation, 1e-6);
        Assert.AreEqual(0.522121, agreement.NormalisedMutualInformation, 1e-6);
        CollectionAssert.AreEqual(new[] { 0, 2, 1 }, agreement.Matching);
    }

    [TestMethod]
    public void OnlyTheMajorityForgivesCategoriesThatShareALabel()
    {
        var agreement = new CategoryAgreement(new long[,] { { 50, 0 }, { 0, 30 }, { 0, 20 } });
        Assert.AreEqual(0.8, agreement.Accuracy, 1e-9);
        Assert.AreEqual(1, agreement.MajorityAccuracy, 1e-9);
        CollectionAssert.AreEqual(new[] { 0, 1, -1 }, agreement.Matching);
    }

    [TestMethod]
    public void NoMatchingIsBetterThanTheOneFound()
    {
        for (int seed = 0; seed < 50; seed++)
        {
            var random = new SampleRandom(seed, 0, 0);
            (int rows, int columns) = (1 + random.Below(5), 1 + random.Below(5));
            var gains = new long[rows, columns];
            for (int row = 0; row < rows; row++)
                for (int column = 0; column < columns; column++)
                    gains[row, column] = random.Below(20);
            int[] found = OptimalAssignment.Solve(gains);
            CollectionAssert.AllItemsAreUnique(found.Where(column => column >= 0).ToArray());
            Assert.AreEqual(Best(gains, 0, []), found.Index().Where(match => match.Item >= 0).Sum(match => gains[match.Index, match.Item]), $"seed {seed}");
        }
    }

    [TestMethod]
    public void EvaluateMatchesByNameAndLeavesMissingOnesOut()
    {
        var ml = new MLContext();
        Row[] rows = [new("seven", 0), new("seven", 0), new("one", 2), new("one", 1), new("", 2), new("seven", 1)];
        IDataView data = ml.Transforms.Conversion.MapValueToKey("PredictedCategory", "Category", keyData: ml.Data.LoadFromEnumerable(new KeyOf[] { new(0), new(1), new(2) }))
            .Fit(ml.Data.LoadFromEnumerable(rows)).Transform(ml.Data.LoadFromEnumerable(rows));

        CategoryMetrics metrics = ml.ImageGeneration.EvaluateCategories(data);

        Assert.AreEqual(5, metrics.Count);
        Assert.AreEqual(0.6, metrics.Accuracy, 1e-9);
        Assert.AreEqual("seven", metrics.LabelOfCategory[0]);
        Assert.HasCount(3, metrics.LabelOfCategory);
        Assert.Throws<ArgumentOutOfRangeException>(() => ml.ImageGeneration.EvaluateCategories(data, predictedCategoryColumnName: "Label"));
    }

    private static long Best(long[,] gains, int row, HashSet<int> taken)
    {
        if (row == gains.GetLength(0))
            return 0;
        long best = Best(gains, row + 1, taken);
        for (int column = 0; column < gains.GetLength(1); column++)
            if (!taken.Contains(column))
                best = Math.Max(best, gains[row, column] + Best(gains, row + 1, [.. taken, column]));
        return best;
    }

    private sealed record Row(string Label, int Category)
    {
        public string Label { get; set; } = Label;

        public int Category { get; set; } = Category;
    }

    private sealed record KeyOf(int Key)
    {
        public int Key { get; set; } = Key;
    }
}
