using Microsoft.ML;
using MLNetDeepExtensions.Detection;
using MLNetDeepExtensions.Images;
using MLNetDeepExtensions.Training;

namespace MLNetDeepExtensions.Tests.Detection;

[TestClass]
public sealed class SSDTrainerTests : DetectorTrainerTests
{
    internal static SSDDetectionTrainer.Options Small(int epochs) => new()
    {
        MaxEpochs = epochs, BatchSize = 8, LearningRate = 0.02, Schedule = new LearningRateSchedule.Cosine { WarmUp = 0.05 }, ClipNorm = 10,
        Network = new SSDNetworkOptions { Backbone = DetectionBackbone.ResNet18HalfWidth, ImageSize = 96, Preset = DefaultBoxPreset.Coco300 },
        Augmentation = SSDAugmentationOptions.None with { MirrorProbability = 0.5 },
    };

    protected override (DetectionTrainingOptions, double) Learning => (Small(epochs: 14), 0.8);

    protected override string[] LossTerms => ["confidence", "localisation"];

    protected override IEstimator<DetectionTransformer> Trainer(MLContext ml, DetectionTrainingOptions options) =>
        ml.ObjectDetection.Trainers.SSD((SSDDetectionTrainer.Options)options);
}
