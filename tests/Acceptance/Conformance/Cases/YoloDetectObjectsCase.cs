using Microsoft.ML;
using MLNetDeepExtensions.Detection;

namespace MLNetDeepExtensions.Tests.Acceptance.Conformance.Cases;

internal sealed class YoloDetectObjectsCase() : PretrainedDetectorCase(nameof(YoloCase))
{
    public override Type EstimatorType => typeof(YoloDetectionEstimator);

    protected override IEstimator<ITransformer> Create(MLContext ml, string weightsFile, Func<string, string> name) => ml.Transforms.DetectObjects(
        weightsFile, YoloCase.Network, DetectorRows.Classes,
        name("Image"), name("PredictedLabel"), name("PredictedBoundingBoxes"), name("Score"), Inference);
}
