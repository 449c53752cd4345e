using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetDeepExtensions.Captioning;
using MLNetDeepExtensions.Images;
using MLNetDeepExtensions.Tests.Captioning;

namespace MLNetDeepExtensions.Tests.Acceptance.Conformance.Cases;

/// <summary>In two phases: with the encoder frozen, then all together.</summary>
internal sealed class ShowTellCase : TrainingCase<ShowTellCase.Picture, ShowTellCase.Prediction, ShowTellCaptioner.Options>
{
    internal sealed class Picture : ConformanceRow
    {
        [AnySizeImage]
        public MLImage Image { get; set; } = null!;

        public string[] Caption { get; set; } = [];
    }

    internal sealed class Prediction
    {
        public string PredictedCaption { get; set; } = "";

        public float Score { get; set; }

        public string[] CandidateCaptions { get; set; } = [];

        public float[] CandidateScores { get; set; } = [];
    }

    public override Type EstimatorType => typeof(ShowTellCaptioner);

    public override IReadOnlyList<InputColumn> Inputs => [new("Image", "Picture"), new("Caption", "Text", "Texts") { IsTarget = true }];

    public override bool AcceptsMissingInputs => true;

    public override bool KeepsPreparedCopy => true;

    protected override ShowTellCaptioner.Options Options(Func<string, string> name) => CaptionedBars.Small(epochs: 1) with
    {
        ImageColumnName = name("Image"), CaptionColumnName = name("Caption"), PredictedCaptionColumnName = name("PredictedCaption"),
        ScoreColumnName = name("Score"), CandidateCaptionsColumnName = name("CandidateCaptions"), CandidateScoresColumnName = name("CandidateScores"),
        BatchSize = 4, FreezesEncoder = true, FineTuningEpochs = 1, FineTuningLearningRate = 1e-3,
    };

    protected override IEstimator<ITransformer> Create(MLContext ml, ShowTellCaptioner.Options options) => ml.ImageCaptioning.Trainers.ShowTell(options);

    protected override void Fill(Picture row, int number)
    {
        CaptionedBars.Picture picture = CaptionedBars.Generate(number + 1, seed: 5)[number];
        (row.Image, row.Caption) = (picture.Image, picture.Caption[..(1 + number % 2)]);
    }

    protected override void Spoil(Picture row) => row.Image = null!;
}
