using Microsoft.ML;
using MLNetDeepExtensions.Examples;

namespace MLNetDeepExtensions.Tests.Translation;

/// <summary>The generated language as data for translators.</summary>
internal static class ToyTranslation
{
    internal sealed class Pair
    {
        public string Source { get; set; } = "";

        public string Target { get; set; } = "";
    }

    internal sealed class References
    {
        public string Source { get; set; } = "";

        public string[] Target { get; set; } = [];
    }

    internal sealed class Translated
    {
        public string PredictedTranslation { get; set; } = "";

        public float Score { get; set; }

        public string[] CandidateTranslations { get; set; } = [];

        public float[] CandidateScores { get; set; } = [];

        public string[] SourceTokens { get; set; } = [];

        public string[] TranslationTokens { get; set; } = [];

        public float[] Alignment { get; set; } = [];
    }

    public static Pair[] Pairs(int count, int seed = 1) => [.. Enumerable.Range(0, count).Select(number =>
    {
        (string english, string toy) = ToyLanguage.Sentence(seed, number);
        return new Pair { Source = english, Target = toy };
    })];

    public static IDataView View(MLContext ml, int count, int seed = 1) => ml.Data.LoadFromEnumerable(Pairs(count, seed));
}
