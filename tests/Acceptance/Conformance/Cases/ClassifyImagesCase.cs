using Microsoft.ML;
using MLNetDeepExtensions.Classification;
using MLNetDeepExtensions.Tests.Classification;
using MLNetDeepExtensions.Tests.Images;

namespace MLNetDeepExtensions.Tests.Acceptance.Conformance.Cases;

/// <summary>A classifier with the weights that <see cref="SENetCase"/> learns.</summary>
internal sealed class ClassifyImagesCase : ConformanceCase<SENetCase.Photo, SENetCase.Prediction>
{
    private static readonly Lazy<string> WeightsFile = new(SaveWeights);

    public override Type EstimatorType => typeof(SENetClassificationEstimator);

    public override IReadOnlyList<InputColumn> Inputs => [new("Image", "Picture")];

    public override IReadOnlyList<string> PredictedLabels => ["PredictedLabel"];

    public override bool HasNetwork => true;

    public override bool AcceptsMissingInputs => true;

    public override bool KeepsPreparedCopy => true;

    public override IEstimator<ITransformer> Create(MLContext ml, Func<string, string> name) => ml.Transforms.ClassifyImages(WeightsFile.Value,
        Bars.Network, Bars.Names, name("Image"), name("PredictedLabel"), name("Score"), new ClassificationOptions { CropFraction = 1, BatchSize = 4 });

    protected override void Fill(SENetCase.Photo row, int number) => SENetCase.FillPhoto(row, number);

    private static string SaveWeights()
    {
        var folder = new TemporaryFolder();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => folder.Dispose();
        ((SENetClassificationTransformer)FittedCase.Of(nameof(SENetCase)).Model).SaveWeights(folder.PathOf("senet.safetensors"));
        return folder.PathOf("senet.safetensors");
    }
}
