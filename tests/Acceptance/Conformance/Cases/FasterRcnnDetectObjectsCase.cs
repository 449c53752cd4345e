using Microsoft.ML;
using MLNetDeepExtensions.Detection;

namespace MLNetDeepExtensions.Tests.Acceptance.Conformance.Cases;

internal sealed class FasterRcnnDetectObjectsCase() : PretrainedDetectorCase(nameof(FasterRcnnCase))
{
    public override Type EstimatorType => typeof(FasterRcnnDetectionEstimator);

    protected override IEstimator<ITransformer> Create(MLContext ml, string weightsFile, Func<string, string> name) => ml.Transforms.DetectObjects(
        weightsFile, FasterRcnnCase.Network, DetectorRows.Classes,
        name("Image"), name("PredictedLabel"), name("PredictedBoundingBoxes"), name("Score"), Inference);
}
