using Microsoft.ML;
using MLNetDeepExtensions.Detection;
using MLNetDeepExtensions.Images;
using MLNetDeepExtensions.Training;

namespace MLNetDeepExtensions.Tests.Training;

[TestClass]
public sealed class TrainingOptionsTests
{
    [TestMethod]
    public void DefaultsAreValid() => Assert.IsEmpty(new SSDDetectionTrainer.Options().Faults());

    [TestMethod]
    public void OneExceptionListsEveryFault()
    {
        var options = new SSDDetectionTrainer.Options
        {
            MaxEpochs = 0, BatchSize = -1, AccumulationSteps = 0, ValidateEveryEpochs = 0, PreparationThreads = 0, LogEverySteps = 0, ShufflePoolSize = 1,
            LearningRate = double.NaN, Schedule = new LearningRateSchedule.Steps { WarmUp = 2, Factor = -1 }, ClipNorm = double.PositiveInfinity,
            AveragingDecay = 1, ValidationFraction = 0.95, EarlyStoppingPatience = 0, CheckpointEverySteps = 0, Resume = true,
            Network = new SSDNetworkOptions { ImageSize = 10 }, Augmentation = new SSDAugmentationOptions { MaxZoomOut = 0, MirrorProbability = 2 },
            Inference = new DetectionOptions { ScoreThreshold = 2 }, Momentum = 1, WeightDecay = -1, LocalisationWeight = double.NaN, MatchThreshold = 0,
            NegativesPerPositive = 0,
        };

        var fault = Assert.ThrowsExactly<ArgumentException>(() => new MLContext().ObjectDetection.Trainers.SSD(options));

        Assert.AreEqual("""
            The options of SSDDetectionTrainer are not valid:
              MaxEpochs: expected at least 1, got 0.
              BatchSize: expected at least 1, got -1.
              AccumulationSteps: expected at least 1, got 0.
              ValidateEveryEpochs: expected at least 1, got 0.
              PreparationThreads: expected at least 1, got 0.
              LogEverySteps: expected at least 1, got 0.
              ShufflePoolSize: expected at least 2, got 1.
              LearningRate: expected a finite number above 0, got NaN.
              Schedule.WarmUp: expected 0 to 1, got 2.
              Schedule.Factor: expected above 0 to 1, got -1.
              ClipNorm: expected a finite number from 0, got Infinity.
              AveragingDecay: expected 0 to below 1, got 1.
              ValidationFraction: expected 0 to 0.9, got 0.95.
              EarlyStoppingPatience: expected at least 1, got 0.
              CheckpointEverySteps: expected at least 1, got 0.
              Resume: needs CheckpointDirectory.
              Inference.ScoreThreshold: expected 0 to 1, got 2.
              Momentum: expected 0 to below 1, got 1.
              WeightDecay: expected at least 0, got -1.
              Network.ImageSize: expected 64 to 2048 pixels, got 10.
              Augmentation.MaxZoomOut: expected 1 to 100, got 0.
              Augmentation.MirrorProbability: expected 0 to 1, got 2.
              LocalisationWeight: expected at least 0, got NaN.
              MatchThreshold: expected above 0 to 1, got 0.
              NegativesPerPositive: expected at least 1, got 0.
            """, fault.Message);
    }
}
