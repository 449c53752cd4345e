using Microsoft.ML;
using MLNetDeepExtensions.ImageTranslation;
using MLNetDeepExtensions.Tests.Images;
using MLNetDeepExtensions.Tests.ImageTranslation;

namespace MLNetDeepExtensions.Tests.Acceptance.Conformance.Cases;

/// <summary>A translator with the weights that <see cref="CycleGanCase"/> learns.</summary>
internal sealed class TranslateImagesCase : ConformanceCase<CycleGanCase.Photo, CycleGanCase.Translation>
{
    private static readonly Lazy<(string There, string Back)> WeightsFiles = new(SaveWeights);

    public override Type EstimatorType => typeof(CycleGanTranslationEstimator);

    public override IReadOnlyList<InputColumn> Inputs => [new("Image", "Picture")];

    public override bool HasNetwork => true;

    public override bool AcceptsMissingInputs => true;

    public override bool KeepsPreparedCopy => true;

    public override IEstimator<ITransformer> Create(MLContext ml, Func<string, string> name) => ml.Transforms.TranslateImages(
        WeightsFiles.Value.There, WeightsFiles.Value.Back, Styles.Network, name("Image"), name("TranslatedImage"), name("ReconstructedImage"), name("CycleError"));

    protected override void Fill(CycleGanCase.Photo row, int number) => CycleGanCase.FillPhoto(row, number);

    private static (string There, string Back) SaveWeights()
    {
        var folder = new TemporaryFolder();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => folder.Dispose();
        var model = (CycleGanTranslationTransformer)FittedCase.Of(nameof(CycleGanCase)).Model;
        using CycleGanTranslationTransformer back = model.Reverse();
        (string There, string Back) files = (folder.PathOf("there.safetensors"), folder.PathOf("back.safetensors"));
        model.SaveWeights(files.There);
        back.SaveWeights(files.Back);
        return files;
    }
}
