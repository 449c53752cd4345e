using MLNetDeepExtensions.Translation;
using TorchSharp;

namespace MLNetDeepExtensions.Benchmarks;

/// <summary>The same translators here and in PyTorch's eager mode: a peer takes sizes of sentences and batches and the requests train, greedy and
/// beam.</summary>
internal abstract class TranslatorsAgainstPyTorch : IBenchmark
{
    protected const int Words = 16, Vocabulary = 8000, Beam = 4;

    public abstract string Question { get; }

    /// <summary>Name, the library's side for a batch size, and the peer's script.</summary>
    private static IEnumerable<(string Name, Func<int, ITranslatorSubject> Library, string Script)> Translators =>
    [
        ("RNNsearch, 512 units", batch => new TranslatorSubject<RnnSearchNetwork>(() => new RnnSearchNetwork(new()
        {
            SourceVocabulary = Vocabulary, TargetVocabulary = Vocabulary, EmbeddingSize = 256, HiddenSize = 512, AlignmentSize = 512, MaxoutSize = 256,
        }), Vocabulary, Words, batch), "rnnsearch.py"),
    ];

    public abstract void Run(Report report);

    protected static void Compare(Report report, int batch, int items, string request, string work, Action<ITranslatorSubject> round, double target)
    {
        foreach (var (name, create, script) in Translators)
        {
            using ITranslatorSubject library = create(batch);
            using var peer = new PyTorchPeer(script, $"{Words}", "float32", $"{batch}", $"{torch.get_num_threads()}");
            report.Contests(new Contest($"{name}, {work}; peer: {peer.Description}", Contest.Timed(() => round(library)), () => peer.Do(request), items, target));
        }
    }
}

internal sealed class TranslatorTraining : TranslatorsAgainstPyTorch
{
    private const int Batch = 64;

    public override string Question => $"One update on {Batch} sentences of {Words} tokens: the library against PyTorch's eager mode; items are target tokens.";

    public override void Run(Report report) =>
        Compare(report, Batch, Batch * Words, "train", "one update", subject => subject.Train(), target: 1.0);
}

internal sealed class TranslatorDecoding : TranslatorsAgainstPyTorch
{
    public override string Question => $"Sentences of {Words} tokens, greedy and in a beam of {Beam}: the library against PyTorch's eager mode; items are sentences.";

    public override void Run(Report report)
    {
        foreach (int batch in new[] { 1, 32 })
        {
            Compare(report, batch, batch, "greedy", $"greedy, batches of {batch}", subject => subject.Decode(1), target: 1.5);
            Compare(report, batch, batch, "beam", $"beam of {Beam}, batches of {batch}", subject => subject.Decode(Beam), target: 1.5);
        }
    }
}
