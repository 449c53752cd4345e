using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetDeepExtensions.Translation;

namespace MLNetDeepExtensions.Examples;

/// <summary>What a translator makes of test sentences, and how good that is.</summary>
/// <param name="Results">One for each test sentence.</param>
/// <param name="Metrics">Over all of them.</param>
/// <param name="SentencesPerSecond">Sentences translated per second.</param>
/// <param name="Aligned">The first sentences with their alignments.</param>
internal sealed record TranslationTest(
    IReadOnlyList<TranslatedSentence> Results, TranslationMetrics Metrics, double SentencesPerSecond, IReadOnlyList<AlignedSentence> Aligned)
{
    private const int Pictures = 12;

    public static TranslationTest Run(MLContext ml, TranslationTransformer model, IDataView test)
    {
        // The first sentence pays for compilation and for preparing the network.
        _ = ml.Data.CreateEnumerable<TranslatedSentence>(model.Transform(ml.Data.TakeRows(test, 1)), reuseRowObject: false).Count();
        long started = Stopwatch.GetTimestamp();
        List<TranslatedSentence> results = [.. ml.Data.CreateEnumerable<TranslatedSentence>(model.Transform(test), reuseRowObject: false)];
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        IDataView first = model.Transform(ml.Data.TakeRows(test, Pictures));
        return new TranslationTest(results, ml.Translation.Evaluate(ml.Data.LoadFromEnumerable(results)), results.Count / seconds,
            [.. ml.Data.CreateEnumerable<AlignedSentence>(first, reuseRowObject: false)]);
    }
}

/// <summary>A test sentence with its reference and a translation.</summary>
internal sealed class TranslatedSentence
{
    public string Source { get; set; } = "";

    public string Target { get; set; } = "";

    public string PredictedTranslation { get; set; } = "";
}

/// <summary>A sentence and its translation as tokens, with what the network looked at.</summary>
internal sealed class AlignedSentence
{
    public string[] SourceTokens { get; set; } = [];

    public string[] TranslationTokens { get; set; } = [];

    /// <summary>Row-major, target tokens by source tokens; empty for a network without attention.</summary>
    public float[] Alignment { get; set; } = [];
}
