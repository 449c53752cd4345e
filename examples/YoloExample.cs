using Microsoft.ML;
using MLNetDeepExtensions.Detection;
using MLNetDeepExtensions.Images;
using MLNetDeepExtensions.Training;

namespace MLNetDeepExtensions.Examples;

/// <summary>YOLO on images with boxes.</summary>
internal sealed class YoloExample : DetectionExample<YoloDetectionTrainer.Options>
{
    protected override string Name => "yolo";

    protected override string Description => "Trains a YOLO detector on a folder of Pascal VOC, COCO or YOLO, or on generated shapes.";

    protected override int ImagesToSee => 7000;

    protected override IEstimator<DetectionTransformer> Trainer(ObjectDetectionTrainers trainers, YoloDetectionTrainer.Options options) =>
        trainers.Yolo(options);

    /// <summary>
    /// What trains from random weights on a processor with two cores: a narrow residual network in place of the paper's, whose 24 convolutions were first
    /// trained on ImageNet; a grid fine enough for small objects that stand close together; a rate that falls to nothing by the end of the run.
    /// </summary>
    protected override YoloDetectionTrainer.Options Recipe(ExampleOptions options)
    {
        int imageSize = options.ImageSize ?? (options.IsGenerated ? 128 : 320);
        return new()
        {
            Network = new YoloNetworkOptions
            {
                Variant = YoloVariant.Residual, ImageSize = imageSize, GridSize = (imageSize + 15) / 16,
                Backbone = Backbone(options, DetectionBackbone.ResNet18HalfWidth),
            },
            PretrainedWeights = options.Weights,
            MaxEpochs = 24,
            BatchSize = 8,
            LearningRate = 0.01,
            Schedule = new LearningRateSchedule.Cosine { WarmUp = 0.08 },
            ClipNorm = 10,
            AveragingDecay = 0.99,
            Augmentation = new YoloAugmentationOptions { Window = new RandomJitter { Jitter = options.IsGenerated ? 0.1 : 0.2 } },
        };
    }
}
