using Microsoft.ML;
using MLNetDeepExtensions.Detection;
using MLNetDeepExtensions.Tests.Images;

namespace MLNetDeepExtensions.Tests.Acceptance.Conformance;

/// <summary>A detector with the weights that another case learns.</summary>
internal abstract class PretrainedDetectorCase(string trained) : ConformanceCase<DetectorRows.Scene, DetectorRows.Detections>
{
    private readonly Lazy<string> weightsFile = new(() => SaveWeights(trained));

    public sealed override IReadOnlyList<InputColumn> Inputs => [new("Image", "Picture")];

    public sealed override IReadOnlyList<string> PredictedLabels => ["PredictedLabel"];

    public sealed override bool HasNetwork => true;

    public sealed override bool AcceptsMissingInputs => true;

    public override bool KeepsPreparedCopy => true;

    /// <summary>Settings under which there is something to compare.</summary>
    protected static DetectionOptions Inference => new() { BatchSize = 4, MaxDetections = 3 };

    protected abstract IEstimator<ITransformer> Create(MLContext ml, string weightsFile, Func<string, string> name);

    public sealed override IEstimator<ITransformer> Create(MLContext ml, Func<string, string> name) => Create(ml, weightsFile.Value, name);

    protected sealed override void Fill(DetectorRows.Scene row, int number) => DetectorRows.Fill(row, number);

    private static string SaveWeights(string trained)
    {
        var folder = new TemporaryFolder();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => folder.Dispose();
        string path = folder.PathOf("weights.safetensors");
        ((DetectionTransformer)FittedCase.Of(trained).Model).SaveWeights(path);
        return path;
    }
}
