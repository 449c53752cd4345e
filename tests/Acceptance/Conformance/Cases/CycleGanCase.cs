using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetDeepExtensions.ImageTranslation;
using MLNetDeepExtensions.Images;
using MLNetDeepExtensions.Tests.ImageTranslation;

namespace MLNetDeepExtensions.Tests.Acceptance.Conformance.Cases;

internal sealed class CycleGanCase : TrainingCase<CycleGanCase.Photo, CycleGanCase.Translation, CycleGanTranslator.Options>
{
    internal sealed class Photo : ConformanceRow
    {
        [AnySizeImage]
        public MLImage Image { get; set; } = null!;

        public bool Domain { get; set; }
    }

    internal sealed class Translation
    {
        [AnySizeImage]
        public MLImage TranslatedImage { get; set; } = null!;

        [AnySizeImage]
        public MLImage ReconstructedImage { get; set; } = null!;

        public float CycleError { get; set; }
    }

    public override Type EstimatorType => typeof(CycleGanTranslator);

    public override IReadOnlyList<InputColumn> Inputs => [new("Image", "Picture"), new("Domain", "Flag", "Key") { IsTarget = true }];

    public override bool AcceptsMissingInputs => true;

    public override bool KeepsPreparedCopy => true;

    /// <summary>Weights and biases of two discriminators.</summary>
    public override int ParametersOfTrainingAlone => 2 * 2 * (Styles.Network.DiscriminatorLayers + 2);

    // So few earlier images that the pools are full, and exchange, within the run.
    protected override CycleGanTranslator.Options Options(Func<string, string> name) => Styles.Small(epochs: 2) with
    {
        ImageColumnName = name("Image"), DomainColumnName = name("Domain"), TranslatedImageColumnName = name("TranslatedImage"),
        ReconstructedImageColumnName = name("ReconstructedImage"), CycleErrorColumnName = name("CycleError"), BatchSize = 2, PoolSize = 3,
        Inference = new ImageTranslationOptions { BatchSize = 3 },
    };

    protected override IEstimator<ITransformer> Create(MLContext ml, CycleGanTranslator.Options options) => ml.ImageTranslation.Trainers.CycleGan(options);

    protected override void Fill(Photo row, int number) => FillPhoto(row, number);

    protected override void Spoil(Photo row) => row.Image = null!;

    internal static void FillPhoto(Photo row, int number)
    {
        row.Domain = number % 2 == 1;
        row.Image = Styles.Scene(seed: 5, number, row.Domain, width: Styles.Side + number % 3, height: Styles.Side).ToMLImage();
    }
}
