using Microsoft.ML;
using MLNetDeepExtensions.Detection;

namespace MLNetDeepExtensions.Tests.Acceptance.Conformance.Cases;

internal sealed class SSDDetectObjectsCase() : PretrainedDetectorCase(nameof(SSDCase))
{
    public override Type EstimatorType => typeof(SSDDetectionEstimator);

    protected override IEstimator<ITransformer> Create(MLContext ml, string weightsFile, Func<string, string> name) => ml.Transforms.DetectObjects(
        weightsFile, SSDCase.Network, DetectorRows.Classes,
        name("Image"), name("PredictedLabel"), name("PredictedBoundingBoxes"), name("Score"), Inference);
}
