using MLNetDeepExtensions.Decoding;
using MLNetDeepExtensions.Text;
using MLNetDeepExtensions.Translation;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Tests.Translation;

[TestClass]
[DoNotParallelize]
public sealed class RnnSearchDecodingTests
{
    private static readonly int[][] Sources = [[4, 7, 5, 9, 2], [8, 2], [10, 6, 3, 2]];

    [TestMethod]
    [DataRow(true, DecoderOrder.PublishedCode), DataRow(true, DecoderOrder.Appendix)]
    [DataRow(false, DecoderOrder.PublishedCode), DataRow(false, DecoderOrder.Appendix)]
    public void WordByWordGivesTheScoresOfAllAtOnce(bool attention, DecoderOrder order)
    {
        using var constant = no_grad();
        using DisposeScope scope = NewDisposeScope();
        using RnnSearchNetwork network = SmallRnnSearch.Create(attention, order);
        using IStepDecoder decoder = network.StartDecoding(SmallRnnSearch.Padded(Sources));
        Assert.AreEqual(3, decoder.SentenceCount);
        // After the first step each sentence goes on in two ways, and the second sentence leaves.
        int[][] one = [[4, 5, 6, 7], [9, 9, 10, 4], [5, 12, 8, 4]], other = [[6, 11, 4, 4], [7, 4, 4, 4], [10, 4, 12, 12]];
        Tensor[] ones_TV = SmallRnnSearch.Logits(network, Sources, one), others_TV = SmallRnnSearch.Logits(network, Sources, other);
        AreClose(stack(ones_TV.Select(scores => scores[0])), decoder.Step(tensor(new long[] { 1, 1, 1 })));
        decoder.Select(new RowSelection([0, 0, 2, 2], [0, 2], Width: 2));
        for (int i = 0; i < 3; i++)
        {
            using DisposeScope step = NewDisposeScope();
            Tensor scores = decoder.Step(tensor(new long[] { one[0][i], other[0][i], one[2][i], other[2][i] }));
            AreClose(stack([ones_TV[0][i + 1], others_TV[0][i + 1], ones_TV[2][i + 1], others_TV[2][i + 1]]), scores);
        }
        decoder.Select(new RowSelection([3, 2, 0, 1], [1, 0], Width: 2));
        AreClose(
            stack([others_TV[2][4], ones_TV[2][4], ones_TV[0][4], others_TV[0][4]]),
            decoder.Step(tensor(new long[] { other[2][3], one[2][3], one[0][3], other[0][3] })));

        static void AreClose(Tensor expected, Tensor actual) => TensorGolden.AreClose(expected.flatten().Values(), actual.flatten().Values(), 1e-5);
    }

    [TestMethod]
    public void ASentenceIsTranslatedAloneAsInABatch()
    {
        using RnnSearchNetwork network = SmallRnnSearch.Create();
        IReadOnlyList<IReadOnlyList<Hypothesis>> translations = Search(network, Sources);
        for (int i = 0; i < Sources.Length; i++)
        {
            Hypothesis expected = Search(network, [Sources[i]])[0][0], actual = translations[i][0];
            CollectionAssert.AreEqual(expected.Tokens.ToArray(), actual.Tokens.ToArray());
            Assert.AreEqual(expected.Score, actual.Score, 1e-5);
        }
    }

    [TestMethod]
    public void DecodingLeavesNoTensorBehind()
    {
        using RnnSearchNetwork network = SmallRnnSearch.Create();
        long before = LiveTensors.Count();
        Search(network, Sources);
        Assert.AreEqual(before, LiveTensors.Count());
    }

    private static IReadOnlyList<IReadOnlyList<Hypothesis>> Search(RnnSearchNetwork network, int[][] sources)
    {
        using PaddedTokens source = SmallRnnSearch.Padded(sources);
        using var noGradient = inference_mode();
        using IStepDecoder decoder = network.StartDecoding(source);
        return new BeamSearch(new BeamSearchOptions { BeamSize = 3, MaximumLengthOffset = 8 }, SpecialTokens.First).Run(decoder, source.Lengths);
    }
}
