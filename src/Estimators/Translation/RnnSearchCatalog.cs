using MLNetDeepExtensions.Translation;

namespace Microsoft.ML;

/// <summary>RNNsearch among the trainers of <c>mlContext.Translation</c>.</summary>
public static class RnnSearchCatalog
{
    /// <summary>Trains RNNsearch, or RNNencdec, on pairs of sentences.</summary>
    /// <param name="trainers">The trainers of <c>mlContext.Translation</c>.</param>
    /// <param name="options">What the network is and how it is trained.</param>
    /// <exception cref="ArgumentException">Options are out of range; the message lists all.</exception>
    public static RnnSearchTranslator RnnSearch(this TranslationTrainers trainers, RnnSearchTranslator.Options options)
    {
        ArgumentNullException.ThrowIfNull(trainers);
        ArgumentNullException.ThrowIfNull(options);
        return new(trainers.Environment, options);
    }

    /// <summary>Trains RNNsearch on pairs of sentences; everything else as in the paper.</summary>
    /// <param name="trainers">The trainers of <c>mlContext.Translation</c>.</param>
    /// <param name="sourceColumnName">Sentences to translate.</param>
    /// <param name="targetColumnName">Their translations.</param>
    /// <param name="maxEpochs">Passes over the data.</param>
    /// <param name="batchSize">Pairs per update.</param>
    public static RnnSearchTranslator RnnSearch(this TranslationTrainers trainers,
        string sourceColumnName = "Source", string targetColumnName = "Target", int maxEpochs = 5, int batchSize = 80) =>
        trainers.RnnSearch(new RnnSearchTranslator.Options
        {
            SourceColumnName = sourceColumnName, TargetColumnName = targetColumnName, MaxEpochs = maxEpochs, BatchSize = batchSize,
        });
}
