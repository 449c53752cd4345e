using Microsoft.ML;
using MLNetDeepExtensions.Detection;
using MLNetDeepExtensions.Images;
using MLNetDeepExtensions.Training;

namespace MLNetDeepExtensions.Examples;

/// <summary>SSD on images with boxes.</summary>
internal sealed class SSDExample : DetectionExample<SSDDetectionTrainer.Options>
{
    protected override string Name => "ssd";

    protected override string Description => "Trains an SSD detector on a folder of Pascal VOC, COCO or YOLO, or on generated shapes.";

    protected override int ImagesToSee => 9000;

    protected override IEstimator<DetectionTransformer> Trainer(ObjectDetectionTrainers trainers, SSDDetectionTrainer.Options options) =>
        trainers.SSD(options);

    /// <summary>
    /// What trains from random weights within minutes on a processor with two cores: thanks to batch normalisation, twenty times the paper's rate, which
    /// falls to nothing by the end of the run; less zooming and less change of colours than in the paper, for there are fewer epochs to learn from.
    /// </summary>
    protected override SSDDetectionTrainer.Options Recipe(ExampleOptions options) => new()
    {
        Network = Network(options),
        PretrainedWeights = options.Weights,
        MaxEpochs = 24,
        BatchSize = 8,
        LearningRate = 0.02,
        Schedule = new LearningRateSchedule.Cosine { WarmUp = 0.05 },
        ClipNorm = 10,
        Augmentation = new SSDAugmentationOptions { Colours = Colours, ZoomOutProbability = 0.25, MaxZoomOut = 2, MinCropScale = 0.5 },
    };

    /// <summary>A residual network, with default boxes that begin as small as for COCO; without data a narrower one on smaller images.</summary>
    private static SSDNetworkOptions Network(ExampleOptions options) => new()
    {
        Backbone = Backbone(options, options.IsGenerated ? DetectionBackbone.ResNet18HalfWidth : DetectionBackbone.ResNet18),
        ImageSize = options.ImageSize ?? (options.IsGenerated ? 128 : 300),
        Preset = DefaultBoxPreset.Coco300,
    };
}
