using MLNetDeepExtensions.Decoding;
using MLNetDeepExtensions.Text;
using MLNetDeepExtensions.Training;
using MLNetDeepExtensions.Translation;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Tests.Translation;

/// <summary>Giving back what was read: the first thing that a Transformer of a sound build learns.</summary>
[TestClass]
public sealed class CopyTaskTests
{
    private const double Rate = 0.3;
    private const int Start = 1, First = 4, Symbols = 10, Length = 10;

    [TestMethod]
    public void ItIsSolvedInSixHundredUpdates()
    {
        random.manual_seed(1);
        using var network = new TransformerNetwork(new TransformerNetworkOptions
        {
            Layers = 2, ModelSize = 64, FeedForwardSize = 128, Heads = 4, Dropout = 0, SourceVocabulary = First + Symbols, TargetVocabulary = First + Symbols,
        });
        using var adam = optim.Adam(network.parameters(), Rate, 0.9, 0.98, 1e-9);
        var schedule = new LearningRateSchedule.InverseSquareRoot { ModelSize = 64, WarmUpSteps = 100 };
        var sentences = new Random(1);
        double loss = double.NaN;
        for (int update = 0; update < 600; update++)
        {
            using DisposeScope scope = NewDisposeScope();
            adam.ParamGroups.Single().LearningRate = Rate * schedule.FactorAt(new SchedulePoint(update, 0, 0));
            adam.zero_grad();
            Tensor error = Loss(network, Draw(sentences, 32));
            error.backward();
            adam.step();
            loss = error.item<float>();
        }
        Assert.IsLessThan(0.05, loss);

        network.eval();
        int[][] unseen = Draw(new Random(2), 20);
        using PaddedTokens source = PaddedTokens.Of(unseen, 0, CPU);
        using IStepDecoder decoder = network.StartDecoding(source);
        var greedy = new BeamSearch(new BeamSearchOptions { BeamSize = 1 }, SpecialTokens.First).Run(decoder, source.Lengths);
        Assert.IsGreaterThanOrEqualTo(18, unseen.Zip(greedy).Count(pair => pair.First[..^1].SequenceEqual(pair.Second[0].Tokens)));
    }

    private static int[][] Draw(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ =>
        (int[])[.. Enumerable.Range(0, Length).Select(_ => First + random.Next(Symbols)), SpecialTokens.First.End])];

    private static Tensor Loss(TransformerNetwork network, int[][] sentences)
    {
        using PaddedTokens source = PaddedTokens.Of(sentences, 0, CPU), target = PaddedTokens.Of([.. sentences.Select(sentence => (int[])[Start, .. sentence[..^1]])], 0, CPU);
        return nn.functional.cross_entropy(network.Logits(source, target), tensor([.. sentences.SelectMany(sentence => sentence).Select(token => (long)token)]));
    }
}
