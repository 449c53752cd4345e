using MLNetDeepExtensions.Decoding;
using MLNetDeepExtensions.Images;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Tests.Decoding;

[TestClass]
[DoNotParallelize]
public sealed class TokenSamplerTests
{
    private static readonly double[] Probabilities = [.1, .2, .3, .4];

    private static SampleRandom[] Random(int count) => [.. Enumerable.Range(0, count).Select(row => new SampleRandom(1, 0, row))];

    private static double[] Frequencies(SamplingOptions options, int draws = 4000)
    {
        using var decoder = new FunctionDecoder(draws, (_, _) => Probabilities);
        var drawn = new TokenSampler(options, start: 0).Run(decoder, Random(draws), maximumLength: 1);
        return [.. Enumerable.Range(0, 4).Select(token => (double)drawn.Count(one => one.Tokens.Single() == token) / draws)];
    }

    private static void AreClose(double[] expected, double[] actual)
    {
        for (int i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], actual[i], 0.03, $"token {i}");
    }

    [TestMethod]
    public void TokensAreAsFrequentAsTheyAreLikely()
    {
        AreClose(Probabilities, Frequencies(new SamplingOptions()));
        double[] squares = [.. Probabilities.Select(p => p * p / Probabilities.Sum(q => q * q))];
        AreClose(squares, Frequencies(new SamplingOptions { Temperature = 0.5 }));
        AreClose([0, 0, 3 / 7.0, 4 / 7.0], Frequencies(new SamplingOptions { TopCount = 2 }));
        Assert.AreEqual(1, Frequencies(new SamplingOptions { TopCount = 1 }, 50)[3]);
    }

    [TestMethod]
    public void ASequenceDoesNotDependOnItsBatch()
    {
        using var batch = new RecurrentDecoder(8, [0, 1, 2, 3]);
        var together = new TokenSampler(new SamplingOptions(), start: 1, end: 2).Run(batch, Random(4), maximumLength: 15);
        for (int i = 0; i < 4; i++)
        {
            using var alone = new RecurrentDecoder(8, [i]);
            Hypothesis expected = new TokenSampler(new SamplingOptions(), start: 1, end: 2).Run(alone, [new SampleRandom(1, 0, i)], maximumLength: 15)[0];
            CollectionAssert.AreEqual(expected.Tokens.ToArray(), together[i].Tokens.ToArray(), $"sequence {i}");
            Assert.AreEqual(expected.LogProbability, together[i].LogProbability, 1e-4);
        }
    }

    [TestMethod]
    public void SequencesEndAtTheirEndTokenOrAtTheGreatestLength()
    {
        using var decoder = new FunctionDecoder(2, (sentence, history) => sentence == 0 && history.Count == 2 ? [0, 0, 1, 0] : [0, 0, 0, 1]);
        var drawn = new TokenSampler(new SamplingOptions(), start: 1, end: 2).Run(decoder, Random(2), maximumLength: 6);
        CollectionAssert.AreEqual(new[] { 3, 3 }, drawn[0].Tokens.ToArray());
        Assert.IsTrue(drawn[0].IsFinished);
        Assert.HasCount(6, drawn[1].Tokens);
        Assert.IsFalse(drawn[1].IsFinished);
        CollectionAssert.AreEqual(new[] { 2, 2, 2, 1, 1, 1 }, decoder.RowCounts);
    }

    [TestMethod]
    public void BannedTokensAreNeverDrawn()
    {
        using var decoder = new FunctionDecoder(200, (_, _) => Probabilities);
        var drawn = new TokenSampler(new SamplingOptions(), start: 0, banned: [3]).Run(decoder, Random(200), maximumLength: 2);
        Assert.IsTrue(drawn.All(one => one.IsFinished && !one.Tokens.Contains(3)));
    }

    [TestMethod]
    public void NoTensorIsLeftBehind()
    {
        void Draw()
        {
            using var decoder = new RecurrentDecoder(8, [0, 1, 2]);
            _ = new TokenSampler(new SamplingOptions(), start: 1, end: 2).Run(decoder, Random(3), maximumLength: 10);
        }
        Draw();
        long before = Tensor.TotalCount;
        Draw();
        Assert.AreEqual(before, Tensor.TotalCount);
    }

    [TestMethod]
    public void FaultyOptionsAreNamed()
    {
        Assert.HasCount(2, new SamplingOptions { Temperature = 0, TopCount = 0 }.Faults().ToArray());
        Assert.ThrowsExactly<ArgumentException>(() => new TokenSampler(new SamplingOptions { Temperature = double.NaN }, start: 0));
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        Assert.ThrowsExactly<OperationCanceledException>(() =>
            new TokenSampler(new SamplingOptions(), start: 0).Run(new FunctionDecoder(1, (_, _) => Probabilities), Random(1), maximumLength: 1, stop.Token));
    }
}
