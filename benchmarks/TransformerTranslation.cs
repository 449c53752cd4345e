using System.Globalization;
using MLNetDeepExtensions.Blocks;
using MLNetDeepExtensions.Translation;

namespace MLNetDeepExtensions.Benchmarks;

/// <summary>The small Transformer of the example: updates and decoding here and in PyTorch, with and without cache, at several lengths.</summary>
internal sealed class TransformerTranslation : IBenchmark
{
    private const int Vocabulary = 6104, Length = 15;

    private static readonly TransformerNetworkOptions Small = new()
    {
        Layers = 3, ModelSize = 256, FeedForwardSize = 1024, Heads = 4, SourceVocabulary = Vocabulary, TargetVocabulary = Vocabulary,
    };

    public string Question =>
        $"A Transformer of 3 layers, 256 numbers, {Vocabulary} tokens, on sentences of {Length} tokens: updates (items are target tokens) and decoding of "
        + $"{Length + TranslationSubject<TransformerNetwork>.FurtherSteps} tokens (items are sentences), the library against PyTorch's eager mode with the same cache.";

    public void Run(Report report)
    {
        var contests = new TranslationContests<TransformerNetwork>("transformer.py", (sentences, precision) => New(sentences, Length, precision));
        foreach (Precision precision in Enum.GetValues<Precision>())
            contests.Run(report, precision);
        using TranslationSubject<TransformerNetwork> subject = New(32, Length, Precision.Float32);
        report.Contests(new[] { 1, 4 }.Select(beam => new Contest($"Beam {beam}, cached; peer: uncached, the library's own",
            Contest.Timed(() => subject.Decode(beam)), Contest.Timed(() => subject.Decode(beam, isCached: false)), subject.Sentences, Rounds: 3)));
        report.Table(["Tokens of a sentence", "Sentences", "Update, tokens/s", "Greedy, tokens/s"],
            [.. new[] { 16, 32, 64, 128, 256 }.Select(length => AtLength(length, 1024 / length))]);
    }

    private static string[] AtLength(int length, int sentences)
    {
        using TranslationSubject<TransformerNetwork> subject = New(sentences, length, Precision.Float32);
        double written = (double)sentences * (length + TranslationSubject<TransformerNetwork>.FurtherSteps);
        return [$"{length}", $"{sentences}", Rate(subject.Tokens, subject.Train), Rate(written, () => subject.Decode(1))];
    }

    private static string Rate(double items, Action work) => (items / Contest.MedianSeconds(work, rounds: 3)).ToString("G3", CultureInfo.InvariantCulture);

    private static TranslationSubject<TransformerNetwork> New(int sentences, int length, Precision precision) =>
        new(() => new TransformerNetwork(Small), Vocabulary, sentences, length, precision);
}
