using System.Text.Json.Serialization;
using MLNetDeepExtensions.Text;
using MLNetDeepExtensions.Training;

namespace MLNetDeepExtensions.Translation;

/// <summary>What becomes of training sentences that are longer than allowed.</summary>
public enum LongSentences
{
    /// <summary>They lose their last tokens.</summary>
    Cut,

    /// <summary>Their rows are left out.</summary>
    LeaveOut,
}

/// <summary>What every translation trainer can be told besides <see cref="TrainingOptions"/>.</summary>
public abstract record TranslationTrainingOptions : TrainingOptions
{
    /// <summary>Sentences are small: all but the largest corpora are held in memory and shuffled as a whole.</summary>
    private protected TranslationTrainingOptions() => ShufflePoolSize = 200_000;

    /// <summary>Column of sentences to translate: Text.</summary>
    public string SourceColumnName { get; init; } = "Source";

    /// <summary>Column of translations: Text, or a vector of Text. Of several, each makes a pair of its own in training, in every epoch and in the same
    /// batch as the others of its row; in validation all are references.</summary>
    public string TargetColumnName { get; init; } = "Target";

    /// <summary>Column to add: the best translation.</summary>
    public string PredictedTranslationColumnName { get; init; } = "PredictedTranslation";

    /// <summary>Column to add: its log-probability divided by the length penalty.</summary>
    public string ScoreColumnName { get; init; } = "Score";

    /// <summary>Column to add: the best translations, best first.</summary>
    public string CandidateTranslationsColumnName { get; init; } = "CandidateTranslations";

    /// <summary>Column to add: their scores.</summary>
    public string CandidateScoresColumnName { get; init; } = "CandidateScores";

    /// <summary>Column to add: the tokens of the source, end token included.</summary>
    public string SourceTokensColumnName { get; init; } = "SourceTokens";

    /// <summary>Column to add: the tokens of the best translation, end token included.</summary>
    public string TranslationTokensColumnName { get; init; } = "TranslationTokens";

    /// <summary>Column to add: how much each source token mattered for each target token.</summary>
    public string AlignmentColumnName { get; init; } = "Alignment";

    /// <summary>How the source becomes tokens, or both languages if <see cref="TargetTokenisation"/> is null.</summary>
    public TokenisationOptions SourceTokenisation { get; init; } = new();

    /// <summary>How the target becomes tokens; null for one vocabulary, learnt from both languages.</summary>
    public TokenisationOptions? TargetTokenisation { get; init; }

    /// <summary>The most tokens of a source sentence, its end token included. At least 2.</summary>
    public int MaximumSourceLength { get; init; } = 256;

    /// <summary>The most tokens of a target sentence, its end token included. At least 2.</summary>
    public int MaximumTargetLength { get; init; } = 256;

    /// <summary>What becomes of longer sentences. It is counted and logged. Those of validation are cut, which their references are not.</summary>
    public LongSentences LongSentences { get; init; }

    /// <summary>The most tokens of a batch on each side, padding included; null for batches of <see cref="TrainingOptions.BatchSize"/>
    /// rows.</summary>
    public int? BatchTokens { get; init; }

    /// <summary>Part of the probability that is spread over all tokens (Szegedy et al. 2016, section 7). 0 to below 1. Validation is without.</summary>
    public double LabelSmoothing { get; init; }

    /// <summary>Width of the beam of the translations that validation makes for BLEU; 0 to make none: only loss and perplexity are measured
    /// then, and the best weights chosen by the loss.</summary>
    public int ValidationBeamSize { get; init; } = 1;

    /// <summary>How the fitted model translates; it can be changed later with the transformer's <c>With</c>.</summary>
    public TranslationOptions Inference { get; init; } = new();

    [JsonIgnore]
    internal override string BatchLimit => BatchTokens is { } tokens ? $"up to {tokens} tokens a side" : base.BatchLimit;

    [JsonIgnore]
    internal TranslationColumns Columns => new()
    {
        Source = SourceColumnName, PredictedTranslation = PredictedTranslationColumnName, Score = ScoreColumnName,
        CandidateTranslations = CandidateTranslationsColumnName, CandidateScores = CandidateScoresColumnName,
        SourceTokens = SourceTokensColumnName, TranslationTokens = TranslationTokensColumnName, Alignment = AlignmentColumnName,
    };

    internal override IEnumerable<string> Faults()
    {
        foreach (string fault in base.Faults().Concat(Inference.Faults().Select(fault => $"{nameof(Inference)}.{fault}"))
            .Concat(SourceTokenisation.Faults().Select(fault => $"{nameof(SourceTokenisation)}.{fault}"))
            .Concat((TargetTokenisation?.Faults() ?? []).Select(fault => $"{nameof(TargetTokenisation)}.{fault}")))
            yield return fault;
        if (MaximumSourceLength < 2)
            yield return $"{nameof(MaximumSourceLength)}: expected at least 2, got {MaximumSourceLength}.";
        if (MaximumTargetLength < 2)
            yield return $"{nameof(MaximumTargetLength)}: expected at least 2, got {MaximumTargetLength}.";
        if (!Enum.IsDefined(LongSentences))
            yield return $"{nameof(LongSentences)}: expected a member of {nameof(MLNetDeepExtensions.Translation.LongSentences)}, got {LongSentences}.";
        if (BatchTokens is < 1)
            yield return $"{nameof(BatchTokens)}: expected at least 1, got {BatchTokens}.";
        if (LabelSmoothing is not (>= 0 and < 1))
            yield return $"{nameof(LabelSmoothing)}: expected 0 to below 1, got {LabelSmoothing}.";
        if (ValidationBeamSize < 0)
            yield return $"{nameof(ValidationBeamSize)}: expected at least 0, got {ValidationBeamSize}.";
    }
}
