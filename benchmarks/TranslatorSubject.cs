using MLNetDeepExtensions.Blocks;
using MLNetDeepExtensions.Decoding;
using MLNetDeepExtensions.Text;
using MLNetDeepExtensions.Training;
using MLNetDeepExtensions.Translation;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Benchmarks;

/// <summary>A translator to be measured: as its trainer trains it and as its transformer runs it.</summary>
internal interface ITranslatorSubject : IDisposable
{
    /// <summary>One update: forward, loss, backward, optimiser.</summary>
    void Train();

    /// <summary>Translates the batch: as many steps as its sentences have tokens.</summary>
    void Decode(int beamSize);
}

/// <summary>A translation network of random weights on a batch of random tokens.</summary>
internal sealed class TranslatorSubject<TNetwork> : ITranslatorSubject where TNetwork : nn.Module, ITranslationNetwork
{
    private readonly TNetwork inference, training;
    private readonly SupervisedStep<TNetwork, TranslationBatch> step;
    private readonly Rates rates = new(new Dictionary<string, double> { [SupervisedStep<TNetwork, TranslationBatch>.OptimiserName] = 1 }, ClipNorm: 1);
    private readonly TranslationBatch batch;

    /// <param name="create">Makes the network.</param>
    /// <param name="vocabulary">Tokens of either language.</param>
    /// <param name="words">Tokens of every sentence, the end token included.</param>
    /// <param name="batchSize">Sentences.</param>
    public TranslatorSubject(Func<TNetwork> create, int vocabulary, int words, int batchSize)
    {
        random.manual_seed(1);
        (inference, training) = (create(), create());
        InferencePreparation.Prepare(inference);
        step = new(training, optim.Adam(training.parameters(), 1e-5), (network, pairs) =>
            [new LossTensor("crossEntropy", nn.functional.cross_entropy(network.Logits(pairs.Source, pairs.Target), pairs.Labels_M))]);
        SpecialTokens special = SpecialTokens.First;
        var draw = new Random(1);
        int[][] Sentences() => [.. Enumerable.Range(0, batchSize).Select(
            _ => (int[])[.. Enumerable.Range(1, words - 1).Select(_ => draw.Next(SpecialTokens.Count, vocabulary)), special.End])];
        int[][] targets = Sentences();
        batch = new TranslationBatch(
            PaddedTokens.Of(Sentences(), special.Pad, CPU), PaddedTokens.Of([.. targets.Select(target => (int[])[special.Start, .. target[..^1]])], special.Pad, CPU),
            tensor(targets.SelectMany(target => target).Select(token => (long)token).ToArray()));
    }

    public void Train()
    {
        using DisposeScope scope = NewDisposeScope();
        step.Step([batch], rates);
    }

    public void Decode(int beamSize)
    {
        using IDisposable mode = inference_mode();
        using DisposeScope scope = NewDisposeScope();
        using IStepDecoder decoder = inference.StartDecoding(batch.Source);
        var search = new BeamSearchOptions { BeamSize = beamSize, Alpha = 0, MaximumLengthFactor = 1, MaximumLengthOffset = 0, MinimumLengthFactor = 1 };
        new BeamSearch(search, SpecialTokens.First).Run(decoder, batch.Source.Lengths);
    }

    public void Dispose()
    {
        step.Dispose();
        batch.Dispose();
        training.Dispose();
        inference.Dispose();
    }
}
