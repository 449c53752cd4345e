using Microsoft.ML;
using MLNetDeepExtensions.Decoding;
using MLNetDeepExtensions.Examples;
using MLNetDeepExtensions.Tests.Translation;
using MLNetDeepExtensions.Translation;

namespace MLNetDeepExtensions.Tests.Acceptance.Conformance;

internal sealed class TranslatorRow : ConformanceRow
{
    public string Source { get; set; } = "";

    public string Target { get; set; } = "";
}

/// <summary>A case of a translator.</summary>
/// <typeparam name="TOptions">What the trainer is told.</typeparam>
internal abstract class TranslatorCase<TOptions> : TrainingCase<TranslatorRow, ToyTranslation.Translated, TOptions>
    where TOptions : TranslationTrainingOptions
{
    public sealed override IReadOnlyList<InputColumn> Inputs => [new("Source", "Text"), new("Target", "Text", "Texts") { IsTarget = true }];

    public sealed override bool AcceptsMissingInputs => true;

    public override bool KeepsPreparedCopy => true;

    /// <summary>A translator that is trained in a second; columns, batch size and search are set here.</summary>
    protected abstract TOptions Small { get; }

    protected abstract IEstimator<TranslationTransformer> CreateTranslator(MLContext ml, TOptions options);

    protected sealed override TOptions Options(Func<string, string> name) => (TOptions)((TranslationTrainingOptions)Small with
    {
        SourceColumnName = name("Source"), TargetColumnName = name("Target"), PredictedTranslationColumnName = name("PredictedTranslation"),
        ScoreColumnName = name("Score"), CandidateTranslationsColumnName = name("CandidateTranslations"), CandidateScoresColumnName = name("CandidateScores"),
        SourceTokensColumnName = name("SourceTokens"), TranslationTokensColumnName = name("TranslationTokens"), AlignmentColumnName = name("Alignment"),
        MaxEpochs = 2, BatchSize = 4, BatchTokens = null,
        Inference = new TranslationOptions
        {
            BatchSize = 4, Search = new BeamSearchOptions { BeamSize = 2, BestCount = 2, MaximumLengthFactor = 0.5, MaximumLengthOffset = 2 },
        },
    });

    protected sealed override IEstimator<ITransformer> Create(MLContext ml, TOptions options) => CreateTranslator(ml, options);

    protected sealed override void Fill(TranslatorRow row, int number) => (row.Source, row.Target) = ToyLanguage.Sentence(seed: 1, number);

    protected sealed override void Spoil(TranslatorRow row) => row.Source = " ";
}
