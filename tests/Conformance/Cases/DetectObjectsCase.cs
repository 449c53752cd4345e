using Microsoft.ML;
using MLNetDeepExtensions.Detection;
using MLNetDeepExtensions.Tests.Images;

namespace MLNetDeepExtensions.Tests.Conformance.Cases;

/// <summary>A detector with the weights that <see cref="SSDCase"/> learns.</summary>
internal sealed class DetectObjectsCase : ConformanceCase<SSDCase.Scene, SSDCase.Detections>
{
    private static readonly Lazy<string> WeightsFile = new(SaveWeights);

    public override Type EstimatorType => typeof(SSDDetectionEstimator);

    public override IReadOnlyList<InputColumn> Inputs => [new("Image", "Picture")];

    public override IReadOnlyList<string> PredictedLabels => ["PredictedLabel"];

    public override bool Learns => false;

    public override bool HasNetwork => true;

    public override bool AcceptsMissingInputs => true;

    public override bool KeepsPreparedCopy => true;

    public override IEstimator<ITransformer> Create(MLContext ml, Func<string, string> name) => ml.Transforms.DetectObjects(WeightsFile.Value,
        SSDCase.Network, SSDCase.Names, name("Image"), name("PredictedLabel"), name("PredictedBoundingBoxes"), name("Score"), SSDCase.Inference);

    protected override void Fill(SSDCase.Scene row, int number) => SSDCase.FillScene(row, number);

    private static string SaveWeights()
    {
        var folder = new TemporaryFolder();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => folder.Dispose();
        ((SSDDetectionTransformer)FittedCase.Of(nameof(SSDCase)).Model).SaveWeights(folder.PathOf("ssd.safetensors"));
        return folder.PathOf("ssd.safetensors");
    }
}
