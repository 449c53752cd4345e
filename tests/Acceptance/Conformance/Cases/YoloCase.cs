using Microsoft.ML;
using MLNetDeepExtensions.Detection;
using MLNetDeepExtensions.Tests.Detection;

namespace MLNetDeepExtensions.Tests.Acceptance.Conformance.Cases;

internal sealed class YoloCase : DetectorCase<YoloDetectionTrainer.Options>
{
    internal static YoloNetworkOptions Network => YoloTrainerTests.Small(1).Network with { ImageSize = 64, GridSize = 4 };

    public override Type EstimatorType => typeof(YoloDetectionTrainer);

    protected override YoloDetectionTrainer.Options Small => YoloTrainerTests.Small(1) with { Network = Network, Augmentation = new() };

    protected override IEstimator<DetectionTransformer> CreateDetector(MLContext ml, YoloDetectionTrainer.Options options) =>
        ml.ObjectDetection.Trainers.Yolo(options);
}
