using Microsoft.ML;
using MLNetDeepExtensions.Detection;
using MLNetDeepExtensions.Images;
using MLNetDeepExtensions.Training;

namespace MLNetDeepExtensions.Tests.Detection;

[TestClass]
public sealed class YoloTrainerTests : DetectorTrainerTests
{
    internal static YoloDetectionTrainer.Options Small(int epochs) => new()
    {
        MaxEpochs = epochs, BatchSize = 8, LearningRate = 0.01, Schedule = new LearningRateSchedule.Cosine { WarmUp = 0.05 }, ClipNorm = 10,
        Network = new YoloNetworkOptions { Variant = YoloVariant.Residual, Backbone = DetectionBackbone.ResNet18HalfWidth, ImageSize = 96, GridSize = 6 },
        Augmentation = YoloAugmentationOptions.None with { Window = new RandomJitter { Jitter = 0 } },
    };

    protected override (DetectionTrainingOptions, double) Learning => (Small(epochs: 20), 0.7);

    protected override string[] LossTerms => ["coordinates", "object", "noobject", "class"];

    protected override IEstimator<DetectionTransformer> Trainer(MLContext ml, DetectionTrainingOptions options) =>
        ml.ObjectDetection.Trainers.Yolo((YoloDetectionTrainer.Options)options);

    [TestMethod]
    public void TheDefaultsAreThePapers()
    {
        var options = new YoloDetectionTrainer.Options();
        double RateAt(double epoch) => options.LearningRate * options.Schedule.FactorAt(new SchedulePoint(0, epoch, epoch / options.MaxEpochs));

        Assert.AreEqual((135, 64, 0.9, 5e-4, 5.0, 0.5), (options.MaxEpochs, options.BatchSize, options.Momentum, options.WeightDecay,
            options.CoordinateWeight, options.NoObjectWeight));
        Assert.IsLessThan(1e-3, RateAt(0));
        foreach ((double epoch, double rate) in new[] { (3, 1e-2), (74.9, 1e-2), (75.1, 1e-3), (104.9, 1e-3), (105.1, 1e-4), (134.9, 1e-4) })
            Assert.AreEqual(rate, RateAt(epoch), 1e-9, $"epoch {epoch}");
    }

    [TestMethod]
    public void AllFaultsAreToldAtOnce()
    {
        var wrong = new YoloDetectionTrainer.Options
        {
            Network = new YoloNetworkOptions { ImageSize = 100 }, Augmentation = new YoloAugmentationOptions { MaxExposure = 0.5 },
            PretrainedWeights = "missing.weights", Momentum = 1, WeightDecay = -1, CoordinateWeight = double.NaN, NoObjectWeight = -0.1,
        };

        string message = Assert.ThrowsExactly<ArgumentException>(() => new MLContext().ObjectDetection.Trainers.Yolo(wrong)).Message;

        foreach (string name in (string[])["Network.ImageSize", "Augmentation.MaxExposure", "PretrainedWeights", "Momentum", "WeightDecay", "CoordinateWeight", "NoObjectWeight"])
            Assert.Contains($"\n  {name}: ", message);
    }
}
