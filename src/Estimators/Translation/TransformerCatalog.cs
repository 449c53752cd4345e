using MLNetDeepExtensions.Translation;

namespace Microsoft.ML;

/// <summary>The Transformer among the trainers of <c>mlContext.Translation</c>.</summary>
public static class TransformerCatalog
{
    /// <summary>Trains a Transformer on pairs of sentences.</summary>
    /// <param name="trainers">The trainers of <c>mlContext.Translation</c>.</param>
    /// <param name="options">What the translator is and how it is trained.</param>
    /// <exception cref="ArgumentException">Options are out of range; the message lists all.</exception>
    public static TransformerTranslator Transformer(this TranslationTrainers trainers, TransformerTranslator.Options options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new(trainers.Environment, options);
    }

    /// <summary>Trains the paper's base model on pairs of sentences; everything else as in the paper.</summary>
    /// <param name="trainers">The trainers of <c>mlContext.Translation</c>.</param>
    /// <param name="sourceColumnName">Sentences to translate: Text.</param>
    /// <param name="targetColumnName">Their translations: Text, or a vector of Text.</param>
    /// <param name="maxEpochs">Passes over the data.</param>
    /// <param name="batchTokens">The most tokens of a batch on each side.</param>
    public static TransformerTranslator Transformer(this TranslationTrainers trainers,
        string sourceColumnName = "Source", string targetColumnName = "Target", int maxEpochs = 20, int batchTokens = 25_000) =>
        trainers.Transformer(new TransformerTranslator.Options
        {
            SourceColumnName = sourceColumnName, TargetColumnName = targetColumnName, MaxEpochs = maxEpochs, BatchTokens = batchTokens,
        });
}
