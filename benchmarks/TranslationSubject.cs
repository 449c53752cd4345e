using MLNetDeepExtensions.Blocks;
using MLNetDeepExtensions.Decoding;
using MLNetDeepExtensions.Text;
using MLNetDeepExtensions.Training;
using MLNetDeepExtensions.Translation;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetDeepExtensions.Benchmarks;

/// <summary>A translation network on random sentences of one length: one update, and decoding for a fixed number of steps.</summary>
internal sealed class TranslationSubject<TNetwork> : IDisposable where TNetwork : Module, ITranslationNetwork
{
    /// <summary>Steps of decoding more than the source has tokens.</summary>
    public const int FurtherSteps = 5;

    private readonly TNetwork trained, prepared;
    private readonly SupervisedStep<TNetwork, TranslationBatch> step;
    private readonly TranslationBatch batch;
    private readonly Rates rates = new(new Dictionary<string, double> { [SupervisedStep<TNetwork, TranslationBatch>.OptimiserName] = 1 }, 0);

    /// <param name="create">Makes a network of random weights.</param>
    /// <param name="vocabulary">Its tokens, those of learned vocabularies first.</param>
    /// <param name="sentences">Sentences of a batch.</param>
    /// <param name="length">Tokens of a sentence, end token included.</param>
    /// <param name="precision">The number format of training and decoding.</param>
    public TranslationSubject(Func<TNetwork> create, int vocabulary, int sentences, int length, Precision precision)
    {
        random.manual_seed(1);
        (trained, prepared) = (create(), create());
        InferencePreparation.Prepare(prepared, precision);
        step = new SupervisedStep<TNetwork, TranslationBatch>(
            trained, optim.Adam(trained.parameters(), 1e-5, 0.9, 0.98, 1e-9), Loss, precision == Precision.BFloat16 ? new BFloat16Copy<TNetwork>(trained, create()) : null);
        batch = Batch(vocabulary, sentences, length);
    }

    /// <summary>Sentences of a batch.</summary>
    public int Sentences => batch.Source.Count;

    /// <summary>Target tokens of a batch.</summary>
    public int Tokens => (int)batch.TokenCount;

    public void Train()
    {
        using DisposeScope scope = NewDisposeScope();
        step.Step([batch], rates);
    }

    /// <summary>Translates the batch; every sentence gets as many tokens.</summary>
    /// <param name="beam">1 for greedy search.</param>
    /// <param name="isCached">Whether the network remembers what it computed for the tokens before.</param>
    public void Decode(int beam, bool isCached = true)
    {
        using IDisposable mode = inference_mode();
        using DisposeScope scope = NewDisposeScope();
        var search = new BeamSearch(
            new BeamSearchOptions { BeamSize = beam, MaximumLengthOffset = FurtherSteps, MinimumLengthFactor = 1 + FurtherSteps }, SpecialTokens.First);
        using IStepDecoder decoder = isCached ? prepared.StartDecoding(batch.Source) : new UncachedDecoder(prepared, batch.Source);
        search.Run(decoder, batch.Source.Lengths);
    }

    public void Dispose()
    {
        step.Dispose();
        trained.Dispose();
        prepared.Dispose();
        batch.Dispose();
    }

    private static IReadOnlyList<LossTensor> Loss(TNetwork network, TranslationBatch pairs) =>
        [new LossTensor("crossEntropy", functional.cross_entropy(
            network.Logits(pairs.Source, pairs.Target).to(ScalarType.Float32), pairs.Labels_M, label_smoothing: 0.1))];

    private static TranslationBatch Batch(int vocabulary, int sentences, int length)
    {
        var words = new Random(1);
        int[][] Draw() => [.. Enumerable.Range(0, sentences).Select(_ =>
            (int[])[.. Enumerable.Range(1, length - 1).Select(_ => words.Next(SpecialTokens.Count, vocabulary)), SpecialTokens.First.End])];
        int[][] source = Draw(), target = Draw();
        return new TranslationBatch(
            PaddedTokens.Of(source, SpecialTokens.First.Pad, CPU),
            PaddedTokens.Of([.. target.Select(sentence => (int[])[SpecialTokens.First.Start, .. sentence[..^1]])], SpecialTokens.First.Pad, CPU),
            tensor([.. target.SelectMany(sentence => sentence).Select(token => (long)token)]));
    }
}
