using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using MLNetDeepExtensions.Blocks;
using MLNetDeepExtensions.Detection;
using MLNetDeepExtensions.Images;
using MLNetDeepExtensions.Training;
using static MLNetDeepExtensions.Tests.Detection.DetectionScenes;

namespace MLNetDeepExtensions.Tests.Detection;

[TestClass]
public sealed class SSDTrainerTests
{
    internal static SSDDetectionTrainer.Options Small(int epochs) => new()
    {
        MaxEpochs = epochs, BatchSize = 8, LearningRate = 0.02, Schedule = new LearningRateSchedule.Cosine { WarmUp = 0.05 }, ClipNorm = 10,
        Network = new SSDNetworkOptions { Backbone = DetectionBackbone.ResNet18HalfWidth, ImageSize = 96, Preset = DefaultBoxPreset.Coco300 },
        Augmentation = SSDAugmentationOptions.None with { MirrorProbability = 0.5 },
    };

    [TestMethod]
    [DataRow(Precision.Float32)]
    [DataRow(Precision.BFloat16)]
    public void LearnsColouredRectanglesAndServesThemFromAZip(Precision precision)
    {
        var ml = new MLContext(seed: 1);
        IDataView train = ml.Data.LoadFromEnumerable(Generate(96, seed: 1)), test = ml.Data.LoadFromEnumerable(Generate(32, seed: 2));
        TransformerChain<KeyToValueMappingTransformer> model = Pipeline(ml, Small(epochs: 14) with { Precision = precision }).Fit(train);

        ObjectDetectionMetrics metrics = ml.ObjectDetection.Evaluate(model.Transform(test));
        Assert.IsGreaterThan(0.8, metrics.MeanAveragePrecision50);

        using var zip = new MemoryStream();
        ml.Model.Save(model.GetModelFor(TransformerScope.Scoring), train.Schema, zip);
        zip.Position = 0;
        var serving = new MLContext();
        using var engine = serving.Model.CreatePredictionEngine<Photo, Detections>(serving.Model.Load(zip, out _));
        List<Detections> expected = [.. ml.Data.CreateEnumerable<Detections>(model.Transform(test), reuseRowObject: false)];
        foreach ((int index, Scene scene) in Generate(32, seed: 2).Index().Take(4))
        {
            Detections served = engine.Predict(new Photo { Image = scene.Image });
            CollectionAssert.AreEqual(expected[index].PredictedLabel, served.PredictedLabel);
            foreach ((float one, float other) in expected[index].PredictedBoundingBoxes.Zip(served.PredictedBoundingBoxes))
                Assert.AreEqual(one, other, 0.01f);
        }
    }

    [TestMethod]
    public void ValidatesKeepsTheBestEpochAndTellsItsHistory()
    {
        var ml = new MLContext(seed: 1);
        IDataView train = ml.Data.LoadFromEnumerable(Generate(48, seed: 1));
        var reports = new List<TrainingProgress>();
        SSDDetectionTrainer.Options options = Small(epochs: 4) with { ValidationFraction = 0.3, AveragingDecay = 0.5, Progress = new Listing(reports) };
        SSDDetectionTransformer detector = Pipeline(ml, options).Fit(train).OfType<SSDDetectionTransformer>().Single();

        Assert.HasCount(4, detector.History.Epochs);
        Assert.AreEqual(detector.History.Epochs.Max(epoch => epoch.Metrics["mAP50"]), detector.History.Best!.Metrics["mAP50"]);
        Assert.AreEqual(detector.History.Epochs[^1].Step + 4, reports.Count, "a report for every update and every epoch");
        Assert.IsTrue(reports.All(report => report.Losses.ContainsKey("confidence") && report.Losses.ContainsKey("localisation")));
        Assert.AreEqual(1, reports[^1].Fraction, 1e-9);
    }

    private static IEstimator<TransformerChain<KeyToValueMappingTransformer>> Pipeline(MLContext ml, SSDDetectionTrainer.Options options) =>
        new EstimatorChain<ITransformer>().Append(ml.Transforms.Conversion.MapValueToKey("Label"), TransformerScope.TrainTest)
            .Append(ml.ObjectDetection.Trainers.SSD(options))
            .Append(ml.Transforms.Conversion.MapKeyToValue("PredictedLabel"));

    private sealed class Photo
    {
        [AnySizeImage]
        public MLImage Image { get; set; } = null!;
    }

    private sealed class Listing(List<TrainingProgress> reports) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => reports.Add(value);
    }
}
