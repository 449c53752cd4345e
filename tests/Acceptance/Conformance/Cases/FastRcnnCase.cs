using Microsoft.ML;
using MLNetDeepExtensions.Detection;
using MLNetDeepExtensions.Tests.Detection;

namespace MLNetDeepExtensions.Tests.Acceptance.Conformance.Cases;

/// <summary>The detector alone, on given proposals.</summary>
internal sealed class FastRcnnCase : DetectorCase<FasterRcnnDetectionTrainer.Options>
{
    private const string Proposals = "Proposals";

    public override Type EstimatorType => typeof(FasterRcnnDetectionTrainer);

    public override IReadOnlyList<InputColumn> Inputs => [.. base.Inputs, new(Proposals, "VariableVector", "Vector")];

    protected override FasterRcnnDetectionTrainer.Options Small => FasterRcnnTrainerTests.Small(1) with { Network = FasterRcnnCase.Network };

    protected override FasterRcnnDetectionTrainer.Options Named(FasterRcnnDetectionTrainer.Options options, Func<string, string> name) =>
        options with { ProposalsColumnName = name(Proposals) };

    protected override IEstimator<DetectionTransformer> CreateDetector(MLContext ml, FasterRcnnDetectionTrainer.Options options) =>
        ml.ObjectDetection.Trainers.FasterRcnn(options);
}
