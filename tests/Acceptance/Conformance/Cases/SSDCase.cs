using Microsoft.ML;
using MLNetDeepExtensions.Detection;
using MLNetDeepExtensions.Tests.Detection;

namespace MLNetDeepExtensions.Tests.Acceptance.Conformance.Cases;

internal sealed class SSDCase : DetectorCase<SSDDetectionTrainer.Options>
{
    internal static SSDNetworkOptions Network => SSDTrainerTests.Small(1).Network with { ImageSize = 64 };

    public override Type EstimatorType => typeof(SSDDetectionTrainer);

    protected override SSDDetectionTrainer.Options Small => SSDTrainerTests.Small(1) with { Network = Network };

    protected override IEstimator<DetectionTransformer> CreateDetector(MLContext ml, SSDDetectionTrainer.Options options) =>
        ml.ObjectDetection.Trainers.SSD(options);
}
