using MLNetDeepExtensions.Blocks;
using MLNetDeepExtensions.Translation;

namespace MLNetDeepExtensions.Benchmarks;

/// <summary>The small RNNsearch of the example: updates and decoding here and in PyTorch.</summary>
internal sealed class RnnSearchTranslation : IBenchmark
{
    private const int Vocabulary = 6260, Length = 15;

    private static readonly RnnSearchNetworkOptions Small = new()
    {
        EmbeddingSize = 256, HiddenSize = 512, AlignmentSize = 512, MaxoutSize = 256, SourceVocabulary = Vocabulary, TargetVocabulary = Vocabulary,
    };

    public string Question =>
        $"RNNsearch of 512 units, {Vocabulary} tokens, on sentences of {Length} tokens: updates (items are target tokens) and decoding of "
        + $"{Length + TranslationSubject<RnnSearchNetwork>.FurtherSteps} tokens (items are sentences), the library against PyTorch's eager mode.";

    public void Run(Report report)
    {
        var contests = new TranslationContests<RnnSearchNetwork>("rnnsearch.py", (sentences, precision) =>
            new(() => new RnnSearchNetwork(Small), Vocabulary, sentences, Length, precision));
        foreach (Precision precision in Enum.GetValues<Precision>())
            contests.Run(report, precision);
    }
}
