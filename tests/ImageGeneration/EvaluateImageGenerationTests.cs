using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetDeepExtensions.Classification;
using MLNetDeepExtensions.Tests.Classification;

namespace MLNetDeepExtensions.Tests.ImageGeneration;

[TestClass]
public sealed class EvaluateImageGenerationTests
{
    private readonly MLContext ml = new(seed: 1);

    private sealed class Row
    {
        [VectorType]
        public float[] Features { get; set; } = [];

        [VectorType(3)]
        public float[] Score { get; set; } = [1, 0, 0];

        public string Label { get; set; } = "";

        public float Number { get; set; }
    }

    private sealed class Photo
    {
        [AnySizeImage]
        public MLImage Image { get; set; } = null!;

        public string Label { get; set; } = "";
    }

    private sealed class Seen
    {
        public float[] Features { get; set; } = [];

        public float[] Score { get; set; } = [];
    }

    private IDataView View(params (float X, float Y, string Label)[] rows) =>
        ml.Data.LoadFromEnumerable(rows.Select(row => new Row { Features = [row.X, row.Y], Label = row.Label }).ToList());

    [TestMethod]
    public void DistancesAreThoseOfTheColumns()
    {
        ImageGenerationMetrics metrics = ml.ImageGeneration.Evaluate(
            View((0, 0, ""), (1, 0, ""), (0, 1, ""), (1, 1, "")), View((1, 1, ""), (3, 1, ""), (1, 3, ""), (3, 3, "")));
        Assert.AreEqual(5.166667, metrics.FrechetDistance, 1e-6);
        Assert.AreEqual((4, 4, 2), (metrics.GeneratedCount, metrics.RealCount, metrics.FeatureCount));
        Assert.AreEqual((1, 4), (metrics.KernelDistance.Subsets, metrics.KernelDistance.SubsetSize));
        Assert.IsNull(metrics.InceptionScore);
        Assert.IsEmpty(metrics.PerClass);
        Assert.IsTrue(double.IsNaN(metrics.Variety));
    }

    [TestMethod]
    public void EachClassIsComparedWithItself()
    {
        IDataView real = View((0, 0, "a"), (2, 0, "a"), (10, 10, "b"), (10, 14, "b"), (5, 5, "alone"));
        IDataView generated = View((1, 0, "a"), (1, 0, "a"), (10, 10, "b"), (10, 14, "b"), (7, 7, "unknown"), (7, 8, "unknown"), (0, 0, ""));
        ImageGenerationMetrics metrics = ml.ImageGeneration.Evaluate(generated, real, new ImageGenerationEvaluationOptions { LabelColumnName = "Label" });
        CollectionAssert.AreEqual(new[] { "a", "b" }, metrics.PerClass.Select(of => of.Label).ToArray());
        Assert.AreEqual((0.0, 2.0), (metrics.PerClass[0].Variety, metrics.PerClass[0].RealVariety), "one picture against two");
        Assert.AreEqual(2.0, metrics.PerClass[0].FrechetDistance, 1e-9);
        Assert.AreEqual(0.0, metrics.PerClass[1].FrechetDistance, 1e-9);
        Assert.AreEqual(1.0, metrics.IntraClassFrechetDistance, 1e-9);
        Assert.AreEqual((4.0, 5.0), (metrics.Variety, metrics.RealVariety));
    }

    [TestMethod]
    public void TheInceptionScoreIsThatOfTheScoreColumn()
    {
        Row[] oneOfEach = [.. Enumerable.Range(0, 3).Select(i => new Row { Features = [i], Score = [.. Enumerable.Range(0, 3).Select(k => k == i ? 1f : 0f)] })];
        Row[] allAlike = [.. Enumerable.Range(0, 3).Select(i => new Row { Features = [i] })];
        ImageGenerationMetrics metrics = ml.ImageGeneration.Evaluate(ml.Data.LoadFromEnumerable(allAlike), ml.Data.LoadFromEnumerable(oneOfEach),
            new ImageGenerationEvaluationOptions { ScoreColumnName = "Score" });
        Assert.AreEqual(1, metrics.InceptionScore!.Value.Mean, 1e-9);
        Assert.AreEqual(3, metrics.RealInceptionScore!.Value.Mean, 1e-9);
    }

    [TestMethod]
    public void BadInputIsNamed()
    {
        IDataView good = View((0, 0, ""), (1, 0, ""));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => ml.ImageGeneration.Evaluate(good, good, "Nothing"));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => ml.ImageGeneration.Evaluate(good, good, "Number"));
        Assert.ThrowsExactly<ArgumentException>(() => ml.ImageGeneration.Evaluate(good, good, new ImageGenerationEvaluationOptions { ScoreSplits = 0 }));
        StringAssert.Contains(Message(good, View((0, 0, ""))), "two real images, got 1");
        StringAssert.Contains(Message(View((0, 0, ""), (float.NaN, 0, "")), good), "Row 1 of the generated images, column 'Features'");
        StringAssert.Contains(Message(good, ml.Data.LoadFromEnumerable<Row>([new() { Features = [1] }, new() { Features = [2] }])), "2 features of generated images, 1 of real");
        var unscaled = ml.Data.LoadFromEnumerable<Row>([new() { Features = [1], Score = [2, 1, 0] }, new() { Features = [2] }]);
        StringAssert.Contains(Message(unscaled, unscaled, new ImageGenerationEvaluationOptions { ScoreColumnName = "Score" }), "sum to 1, got a sum of 3");
    }

    private string Message(IDataView generated, IDataView real, ImageGenerationEvaluationOptions? options = null) =>
        Assert.ThrowsExactly<InvalidDataException>(() => ml.ImageGeneration.Evaluate(generated, real, options ?? new())).Message;

    /// <summary>The judge is a classifier of the data's own kind: images of other classes, and noise, are farther away than other images of the same
    /// kind.</summary>
    [TestMethod]
    public void AClassifierOfTheDataTellsGoodImagesFromBad()
    {
        IDataView Photos(int count, int seed, Func<Bars.Picture, bool> wanted) => ml.Data.LoadFromEnumerable(
            Bars.Generate(count, seed).Where(wanted).Select(picture => new Photo { Image = picture.Image, Label = picture.Label }).ToList());
        IDataView train = Photos(60, 1, _ => true);
        using var model = ml.Transforms.Conversion.MapValueToKey("Label").Append(
            ml.MulticlassClassification.Trainers.SENet(Bars.Small(epochs: 2) with { FeatureColumnName = "Features" })).Fit(train);
        using SENetClassificationTransformer judge = model.LastTransformer;

        IDataView Judged(IDataView data) => judge.Transform(data);
        Seen[] seen = [.. ml.Data.CreateEnumerable<Seen>(Judged(train), reuseRowObject: false)];
        Assert.HasCount(judge.UseNetwork(network => network.FeatureCount), seen[0].Features);
        using SENetClassificationTransformer renamed = judge.WithFeatures("Seen");
        Assert.IsNotNull(renamed.GetOutputSchema(train.Schema).GetColumnOrNull("Seen"));

        ImageGenerationEvaluationOptions options = new() { LabelColumnName = "Label", ScoreColumnName = "Score" };
        ImageGenerationMetrics same = ml.ImageGeneration.Evaluate(Judged(Photos(60, 2, _ => true)), Judged(train), options);
        ImageGenerationMetrics oneClass = ml.ImageGeneration.Evaluate(Judged(Photos(180, 2, p => p.Label == Bars.Names[0])), Judged(train), options);
        Assert.IsLessThan(oneClass.FrechetDistance, 2 * same.FrechetDistance);
        Assert.IsLessThan(oneClass.KernelDistance.Mean, same.KernelDistance.Mean);
        Assert.HasCount(Bars.Names.Length, same.PerClass);
    }
}
