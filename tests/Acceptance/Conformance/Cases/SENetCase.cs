using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetDeepExtensions.Classification;
using MLNetDeepExtensions.Tests.Classification;

namespace MLNetDeepExtensions.Tests.Acceptance.Conformance.Cases;

internal sealed class SENetCase : TrainingCase<SENetCase.Photo, SENetCase.Prediction, SENetClassificationTrainer.Options>
{
    internal const int ClassCount = 3;

    internal sealed class Photo : ConformanceRow
    {
        [AnySizeImage]
        public MLImage Image { get; set; } = null!;

        [KeyType(ClassCount)]
        public uint Label { get; set; }

        public string LabelText { get; set; } = "";
    }

    internal sealed class Prediction
    {
        public uint PredictedLabel { get; set; }

        [VectorType(ClassCount)]
        public float[] Score { get; set; } = [];
    }

    public override Type EstimatorType => typeof(SENetClassificationTrainer);

    public override IReadOnlyList<InputColumn> Inputs => [new("Image", "Picture"), new("Label", "Key") { IsTarget = true, AsText = "LabelText" }];

    public override IReadOnlyList<string> PredictedLabels => ["PredictedLabel"];

    public override bool AcceptsMissingInputs => true;

    public override bool KeepsPreparedCopy => true;

    protected override SENetClassificationTrainer.Options Options(Func<string, string> name) => Bars.Small(epochs: 2) with
    {
        ImageColumnName = name("Image"), LabelColumnName = name("Label"), PredictedLabelColumnName = name("PredictedLabel"), ScoreColumnName = name("Score"),
        BatchSize = 4,
    };

    protected override IEstimator<ITransformer> Create(MLContext ml, SENetClassificationTrainer.Options options) =>
        ml.MulticlassClassification.Trainers.SENet(options);

    protected override void Fill(Photo row, int number) => FillPhoto(row, number);

    protected override void Spoil(Photo row) => row.Image = null!;

    internal static void FillPhoto(Photo row, int number)
    {
        Bars.Picture picture = Bars.Generate(number + 1, seed: 5)[number];
        (row.Image, row.LabelText, row.Label) = (picture.Image, picture.Label, (uint)Array.IndexOf(Bars.Names, picture.Label));
    }
}
