using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNetDeepExtensions.Bridge;
using MLNetDeepExtensions.Inference;
using MLNetDeepExtensions.Settings;
using MLNetDeepExtensions.Text;

namespace MLNetDeepExtensions.Translation;

/// <summary>
/// Translates sentences. Adds <c>PredictedTranslation</c> (Text) and <c>Score</c> (log-probability divided by the length penalty), the best candidates as
/// <c>CandidateTranslations</c> and <c>CandidateScores</c>, and, computed only when asked for, <c>SourceTokens</c>, <c>TranslationTokens</c> and
/// <c>Alignment</c> (row-major, target tokens by source tokens; over the source tokens it adds up to 1). A row without text has an empty translation, no
/// candidates, and a score that is not a number.
/// </summary>
public abstract class TranslationTransformer : NetworkTransformer<string, SentenceTranslation>
{
    private long reported;

    private protected TranslationTransformer(
        IHostEnvironment env, TranslationOptions options, TranslationColumns columns, TokeniserPair tokenisers, int? maximumLength) : base(env)
    {
        options.Faults().ThrowIfAny(nameof(TranslationOptions), nameof(options));
        (Options, Columns, Tokenisers) = (options, columns, tokenisers);
        Translator = new SentenceTranslator(tokenisers, options, maximumLength);
    }

    /// <summary>How the model translates. <c>With</c> gives a copy that translates otherwise.</summary>
    public TranslationOptions Options { get; }

    /// <summary>The tokenisers of the two languages.</summary>
    public TokeniserPair Tokenisers { get; }

    /// <summary>Numbers that were learnt.</summary>
    public abstract long ParameterCount { get; }

    /// <summary>Source sentences that were longer than <see cref="TranslationOptions.MaximumSourceLength"/>, or than the network allows, and
    /// lost their last tokens, since this transformer was made.</summary>
    public long TruncatedSentences => Translator.Truncated;

    /// <summary>Writes the weights as safetensors, for other programs.</summary>
    /// <exception cref="IOException">The file cannot be written; an older one is untouched.</exception>
    public abstract void SaveWeights(string path);

    private protected TranslationColumns Columns { get; }

    private protected SentenceTranslator Translator { get; }

    private protected sealed override int BatchSize => Options.BatchSize;

    private protected sealed override IReadOnlyList<ResultColumn<SentenceTranslation>> Results => Columns.Deliver(Translator, Align);

    private protected sealed override RowReader<string> ReaderFor(DataViewSchema schema)
    {
        DataViewSchema.Column source = TextColumn.Find(Host, schema, "source", Columns.Source, mayBeVector: false);
        return new RowReader<string>([source], row =>
        {
            Func<string[]> read = TextColumn.Bind(row, source);
            return () => read()[0];
        });
    }

    private protected sealed override IReadOnlyList<SentenceTranslation> Run(IReadOnlyList<string> inputs)
    {
        IReadOnlyList<SentenceTranslation> translations = Translate(inputs);
        ReportTruncation();
        return translations;
    }

    private protected abstract IReadOnlyList<SentenceTranslation> Translate(IReadOnlyList<string> sentences);

    private protected abstract float[] Align(SentenceTranslation translation);

    private void ReportTruncation()
    {
        long truncated = Translator.Truncated, before = Interlocked.Exchange(ref reported, truncated);
        if (truncated <= before)
            return;
        using IChannel channel = Host.Start("Translate");
        channel.Warning(MessageSensitivity.None,
            $"{truncated - before} source sentences were cut to {Translator.MaximumSourceLength} tokens, {truncated} so far.");
    }
}

/// <summary>What is saved of a translator besides its weights.</summary>
internal sealed record SavedTranslator<TNetworkOptions>(
    TNetworkOptions Network, TranslationOptions Inference, TranslationColumns Columns, SavedTokeniserPair Tokenisers);
