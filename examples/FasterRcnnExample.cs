using Microsoft.ML;
using MLNetDeepExtensions.Blocks;
using MLNetDeepExtensions.Detection;
using MLNetDeepExtensions.Images;
using MLNetDeepExtensions.Training;

namespace MLNetDeepExtensions.Examples;

/// <summary>Faster R-CNN on images with boxes.</summary>
internal sealed class FasterRcnnExample : DetectionExample<FasterRcnnDetectionTrainer.Options>
{
    protected override string Name => "faster-rcnn";

    protected override string Description => "Trains a Faster R-CNN detector on a folder of Pascal VOC, COCO or YOLO, or on generated shapes.";

    protected override int ImagesToSee => 4000;

    protected override IEstimator<DetectionTransformer> Trainer(ObjectDetectionTrainers trainers, FasterRcnnDetectionTrainer.Options options) =>
        trainers.FasterRcnn(options);

    /// <summary>
    /// What trains from random weights on a processor with two cores: a narrow residual network with a narrow feature pyramid, batch normalisation that
    /// learns, small images with anchors to match, several of them per update, and a rate that falls to nothing by the end of the run.
    /// </summary>
    protected override FasterRcnnDetectionTrainer.Options Recipe(ExampleOptions options) => new()
    {
        Network = Network(options),
        Loss = FasterRcnnLossOptions.Torchvision with { AnchorSamples = 128, RegionSamples = 64, ProposalsBeforeNms = 500, Proposals = 200 },
        PretrainedWeights = options.Weights,
        FrozenStages = 0,
        MaxEpochs = 7,
        BatchSize = 8,
        LearningRate = 0.02,
        Schedule = new LearningRateSchedule.Cosine { WarmUp = 0.05 },
        ClipNorm = 10,
        Augmentation = SSDAugmentationOptions.None with
        {
            MirrorProbability = 0.5, Colours = Colours, CropOverlaps = options.IsGenerated ? [] : [0.3, 0.5, 0.7, 0.9],
            MinCropScale = 0.6,
        },
    };

    /// <summary>Anchors from the smallest objects (a fifteenth of the image) to half of the image.</summary>
    private static FasterRcnnNetworkOptions Network(ExampleOptions options)
    {
        int side = options.ImageSize ?? (options.IsGenerated ? 128 : 224);
        return new()
        {
            Backbone = Backbone(options, DetectionBackbone.ResNet18HalfWidth),
            BackboneNormalisation = Normalisation.Batch,
            FeaturePyramid = true,
            PyramidWidth = options.IsGenerated ? 64 : 96,
            RoiPooling = RoiPooling.Align,
            HeadWidth = options.IsGenerated ? 256 : 512,
            ShortSide = side,
            LongSide = 2 * side,
            AnchorSizes = [.. (options.IsGenerated ? new[] { 0.16f, 0.25f, 0.35f, 0.5f, 0.7f } : [0.075f, 0.14f, 0.21f, 0.3f, 0.5f]).Select(part => part * side)],
            MinProposalSide = 2,
            ProposalsBeforeNms = 300,
            Proposals = 100,
        };
    }
}
