using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using MLNetDeepExtensions.Blocks;
using MLNetDeepExtensions.Classification;
using MLNetDeepExtensions.Images;
using MLNetDeepExtensions.Tests.Images;
using MLNetDeepExtensions.Tests.Training;
using MLNetDeepExtensions.Training;
using MLNetDeepExtensions.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Tests.Classification;

[TestClass]
public sealed class SENetTrainerTests
{
    private readonly MLContext ml = new(seed: 1);
    private readonly TemporaryFolder folder = new();

    [TestCleanup]
    public void Free() => folder.Dispose();

    [TestMethod]
    [DataRow(Precision.Float32)]
    [DataRow(Precision.BFloat16)]
    public void LearnsBarsAndServesThemFromAZip(Precision precision)
    {
        IDataView train = Bars.View(ml, 90, seed: 1), test = Bars.View(ml, 45, seed: 2);
        TransformerChain<KeyToValueMappingTransformer> model = Pipeline(Bars.Small(epochs: 8) with { Precision = precision })
            .Append(ml.Transforms.Conversion.MapKeyToValue("PredictedLabel")).Fit(train);
        Bars.Prediction[] expected = [.. ml.Data.CreateEnumerable<Bars.Prediction>(model.Transform(test), reuseRowObject: false)];
        string[] truth = [.. test.GetColumn<string>("Label")];
        Assert.IsGreaterThan(0.9, expected.Zip(truth).Average(pair => pair.First.PredictedLabel == pair.Second ? 1.0 : 0));

        using var zip = new MemoryStream();
        ml.Model.Save(model.GetModelFor(TransformerScope.Scoring), train.Schema, zip);
        zip.Position = 0;
        var serving = new MLContext();
        using var engine = serving.Model.CreatePredictionEngine<Bars.Picture, Bars.Prediction>(serving.Model.Load(zip, out _));
        foreach ((int index, Bars.Picture picture) in Bars.Generate(45, seed: 2).Index().Take(4))
        {
            Bars.Prediction served = engine.Predict(picture);
            Assert.AreEqual(expected[index].PredictedLabel, served.PredictedLabel);
            foreach ((float one, float other) in expected[index].Score.Zip(served.Score))
                Assert.AreEqual(one, other, 1e-5f);
        }
    }

    [TestMethod]
    public void EvaluateAndItsTopKTakeTheColumns()
    {
        IDataView train = Bars.View(ml, 90, seed: 1), test = Bars.View(ml, 30, seed: 2);
        var model = Pipeline(Bars.Small(epochs: 2)).Fit(train);
        IDataView predictions = model.Transform(test);

        MulticlassClassificationMetrics metrics = ml.MulticlassClassification.Evaluate(predictions, topKPredictionCount: 2);

        float[][] scores = [.. predictions.GetColumn<float[]>("Score")];
        uint[] labels = [.. predictions.GetColumn<uint>("Label")], predicted = [.. predictions.GetColumn<uint>("PredictedLabel")];
        for (int i = 0; i < scores.Length; i++)
            Assert.AreEqual(scores[i].Max(), scores[i][predicted[i] - 1]);
        Assert.AreEqual(labels.Zip(predicted).Average(pair => pair.First == pair.Second ? 1.0 : 0), metrics.MicroAccuracy, 1e-9);
        Assert.AreEqual(scores.Zip(labels).Average(row => row.First.Count(score => score > row.First[row.Second - 1]) < 2 ? 1.0 : 0), metrics.TopKAccuracy, 1e-9);
        Assert.AreEqual(scores.Zip(labels).Average(row => -Math.Log(Math.Max(1e-15, row.First[row.Second - 1]))), metrics.LogLoss, 1e-5);
        CollectionAssert.AreEqual(Bars.Names, SlotNames(predictions.Schema["Score"]));
    }

    /// <summary>One class against the rest, by how much more probable it is than the best of the others.</summary>
    [TestMethod]
    public void EvaluateNonCalibratedTakesTheScoreOfAClass()
    {
        var model = Pipeline(Bars.Small(epochs: 2)).Fit(Bars.View(ml, 90, seed: 1));
        IDataView predictions = model.Transform(Bars.View(ml, 30, seed: 2));
        IDataView crosses = ml.Transforms.CustomMapping<Classified, OneAgainstTheRest>((row, one) =>
            (one.IsCross, one.CrossScore, one.SaysCross) = (row.Label == 1, Margin(row.Score), row.PredictedLabel == 1), null).Fit(predictions).Transform(predictions);

        BinaryClassificationMetrics metrics = ml.BinaryClassification.EvaluateNonCalibrated(crosses, "IsCross", "CrossScore", "SaysCross");

        float[][] scores = [.. predictions.GetColumn<float[]>("Score")];
        uint[] labels = [.. predictions.GetColumn<uint>("Label")], predicted = [.. predictions.GetColumn<uint>("PredictedLabel")];
        ILookup<bool, float> score = Enumerable.Range(0, labels.Length).ToLookup(i => labels[i] == 1, i => Margin(scores[i]));
        double ordered = score[true].Average(yes => score[false].Average(no => yes > no ? 1.0 : yes == no ? 0.5 : 0));
        Assert.AreEqual(ordered, metrics.AreaUnderRocCurve, 1e-9);
        Assert.AreEqual(labels.Zip(predicted).Average(pair => (pair.First == 1) == (pair.Second == 1) ? 1.0 : 0), metrics.Accuracy, 1e-9);

        static float Margin(float[] scores) => scores[0] - Math.Max(scores[1], scores[2]);
    }

    [TestMethod]
    public void ValidatesByAccuracyAndTellsTopFiveAndLogLoss()
    {
        SENetClassificationTransformer model = Pipeline(Bars.Small(epochs: 3) with { ValidationSet = Mapped(Bars.View(ml, 30, seed: 2)) }).Fit(Bars.View(ml, 60, seed: 1)).LastTransformer;

        Assert.HasCount(3, model.History.Epochs);
        CollectionAssert.AreEquivalent(new[] { "accuracy", "top-5 accuracy", "log-loss" }, model.History.Epochs[0].Metrics.Keys.ToArray());
        Assert.AreEqual(model.History.Epochs.Max(epoch => epoch.Metrics["accuracy"]), model.History.Best!.Metrics["accuracy"]);
        Assert.AreEqual(1.0, model.History.Epochs[0].Metrics["top-5 accuracy"], "There are three classes.");
        MulticlassClassificationMetrics metrics = ml.MulticlassClassification.Evaluate(model.Transform(Mapped(Bars.View(ml, 30, seed: 2))));
        Assert.AreEqual(metrics.MicroAccuracy, model.History.Best.Metrics["accuracy"], 1e-6);
        Assert.IsGreaterThan(0, model.History.Best.Metrics["log-loss"]);
    }

    [TestMethod]
    public void FrozenStagesKeepTheirWeightsAndStatistics()
    {
        using SENetClassificationTransformer first = Pipeline(Bars.Small(epochs: 1)).Fit(Bars.View(ml, 24, seed: 1)).LastTransformer;
        using SENetClassificationTransformer second =
            Pipeline(Bars.Small(epochs: 1) with { InitialModel = first, FrozenStages = 2 }).Fit(Bars.View(ml, 24, seed: 3)).LastTransformer;

        string[] changed = first.UseNetwork(before => second.UseNetwork(after => after.state_dict()
            .Where(entry => !entry.Value.equal(before.state_dict()[entry.Key]).all().item<bool>()).Select(entry => entry.Key).ToArray()));

        Assert.IsTrue(changed.All(name => name.StartsWith("layer3") || name.StartsWith("layer4") || name.StartsWith("fc")), string.Join(", ", changed));
        Assert.Contains("fc.weight", changed);
        Assert.Contains("layer3.0.conv1.weight", changed);
    }

    [TestMethod]
    public void ACheckpointOfOtherClassesStartsWithANewHead()
    {
        using SENetClassificationTransformer first = Pipeline(Bars.Small(epochs: 1)).Fit(Bars.View(ml, 24, seed: 1)).LastTransformer;
        first.SaveWeights(folder.PathOf("three.safetensors"));
        Bars.Picture[] two = [.. Bars.Generate(24, seed: 3).Where(picture => picture.Label != "cross")];
        SENetClassificationTrainer.Options options = Bars.Small(epochs: 1) with { PretrainedWeights = folder.PathOf("three.safetensors"), LearningRate = 1e-12 };
        using SENetClassificationTransformer second = Pipeline(options).Fit(ml.Data.LoadFromEnumerable(two)).LastTransformer;

        CollectionAssert.AreEqual(new[] { "lying", "standing" }, second.Labels.ToArray());
        using DisposeScope scope = NewDisposeScope();
        first.UseNetwork(before => second.UseNetwork(after =>
        {
            Assert.IsTrue(before.state_dict()["layer2.0.conv1.weight"].allclose(after.state_dict()["layer2.0.conv1.weight"]));
            CollectionAssert.AreEqual(new long[] { 2, before.state_dict()["fc.weight"].shape[1] }, after.state_dict()["fc.weight"].shape);
            return true;
        }));
    }

    [TestMethod]
    [DataRow(0.0)]
    [DataRow(0.3)]
    public void LabelSmoothingSpreadsAPartOfTheTarget(double smoothing)
    {
        // One update of all rows, too small to change the weights: its loss can be computed again.
        var losses = new List<double>();
        IDataView data = Bars.View(ml, 12, seed: 1);
        using SENetClassificationTransformer model = Pipeline(Bars.Small(epochs: 1) with
        {
            LabelSmoothing = smoothing, LearningRate = 1e-12, Augmentation = ClassificationAugmentation.None,
            Progress = new Reports(report => losses.Add(report.Losses["crossEntropy"])),
        }).Fit(data).LastTransformer;

        RgbImage[] images = [.. Bars.Generate(12, seed: 1).Select(picture => picture.Image.ToRgbImage())];
        double expected = model.UseNetwork(network =>
        {
            using DisposeScope scope = NewDisposeScope();
            using IDisposable noGradient = no_grad();
            network.train();
            Tensor logProbabilities_NC = nn.functional.log_softmax(network.call(ImageBatch.Warp(images, Bars.Side)), 1);
            double truth = Enumerable.Range(0, 12).Average(i => -logProbabilities_NC[i, i % 3].item<float>());
            return (1 - smoothing) * truth - smoothing * logProbabilities_NC.mean().item<float>();
        });
        Assert.AreEqual(expected, losses[0], 1e-4);
    }

    [TestMethod]
    public void FaultsOfTheOptionsAreListed()
    {
        var fault = Assert.ThrowsExactly<ArgumentException>(() => ml.MulticlassClassification.Trainers.SENet(new SENetClassificationTrainer.Options
        {
            LabelSmoothing = 1, Momentum = 1, WeightDecay = -1, FrozenStages = 6, PretrainedWeights = "missing.pth",
            Inference = new ClassificationOptions { CropFraction = 0 }, Augmentation = new() { MinArea = 0 },
        }));
        foreach (string name in (string[])["LabelSmoothing", "Momentum", "WeightDecay", "FrozenStages", "PretrainedWeights", "Inference.CropFraction", "Augmentation.MinArea"])
            Assert.Contains($"\n  {name}: ", fault.Message);
    }

    [TestMethod]
    public void TheDefaultsAreThePapers()
    {
        var options = new SENetClassificationTrainer.Options();
        Assert.AreEqual((1024, 0.6, 100, 0.9), (options.BatchSize, options.LearningRate, options.MaxEpochs, options.Momentum));
        foreach ((int epoch, double rate) in ((int, double)[])[(0, 0.6), (29, 0.6), (30, 0.06), (60, 0.006), (90, 0.0006)])
            Assert.AreEqual(rate, options.LearningRate * options.Schedule.FactorAt(new SchedulePoint(0, epoch, epoch / 100.0)), 1e-9);
        Assert.AreEqual(SENetArchitecture.ResNet50, options.Network.Architecture);
    }

    private EstimatorChain<SENetClassificationTransformer> Pipeline(SENetClassificationTrainer.Options options) =>
        Keys().Append(ml.MulticlassClassification.Trainers.SENet(options));

    private ValueToKeyMappingEstimator Keys() =>
        ml.Transforms.Conversion.MapValueToKey("Label", keyOrdinality: ValueToKeyMappingEstimator.KeyOrdinality.ByValue);

    private IDataView Mapped(IDataView data) => Keys().Fit(data).Transform(data);

    private static string[] SlotNames(DataViewSchema.Column column)
    {
        VBuffer<ReadOnlyMemory<char>> names = default;
        column.GetSlotNames(ref names);
        return [.. names.DenseValues().Select(name => name.ToString())];
    }

    private sealed class Classified
    {
        [KeyType(3)]
        public uint Label { get; set; }

        [KeyType(3)]
        public uint PredictedLabel { get; set; }

        [VectorType(3)]
        public float[] Score { get; set; } = [];
    }

    private sealed class OneAgainstTheRest
    {
        public bool IsCross { get; set; }

        public float CrossScore { get; set; }

        public bool SaysCross { get; set; }
    }
}
