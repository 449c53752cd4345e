using Microsoft.ML;
using MLNetDeepExtensions.Detection;
using MLNetDeepExtensions.Tests.Detection;

namespace MLNetDeepExtensions.Tests.Acceptance.Conformance.Cases;

internal sealed class FasterRcnnCase : DetectorCase<FasterRcnnDetectionTrainer.Options>
{
    internal static FasterRcnnNetworkOptions Network => FasterRcnnTrainerTests.Small(1).Network with { ShortSide = 64, LongSide = 96 };

    public override Type EstimatorType => typeof(FasterRcnnDetectionTrainer);

    protected override FasterRcnnDetectionTrainer.Options Small => FasterRcnnTrainerTests.Small(1) with { Network = Network };

    protected override IEstimator<DetectionTransformer> CreateDetector(MLContext ml, FasterRcnnDetectionTrainer.Options options) =>
        ml.ObjectDetection.Trainers.FasterRcnn(options);
}
