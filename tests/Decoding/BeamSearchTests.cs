using MLNetDeepExtensions.Decoding;
using MLNetDeepExtensions.Text;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Tests.Decoding;

[TestClass]
[DoNotParallelize]
public sealed class BeamSearchTests
{
    private const int A = 4, B = 5, End = 2, Vocabulary = 8;

    private static readonly BeamSearchOptions Raw = new() { BeamSize = 3, BestCount = 3, Alpha = 0, MaximumLengthFactor = 0, MaximumLengthOffset = 8 };

    /// <summary>The example of two words that can be worked out by hand: a .5, b .4, end .1; after a: .3 .3 .4; after b: .05 .05 .9; later: .1 .1 .8.</summary>
    private static double[] ByHand(int sentence, IReadOnlyList<int> history)
    {
        (double a, double b, double end) = history.Count switch
        {
            0 => (.5, .4, .1),
            1 when history[0] == A => (.3, .3, .4),
            1 => (.05, .05, .9),
            _ => (.1, .1, .8),
        };
        return [0, 0, end, 0, a, b];
    }

    private static IReadOnlyList<Hypothesis> Search(BeamSearchOptions options, Func<int, IReadOnlyList<int>, double[]> probabilities) =>
        new BeamSearch(options, SpecialTokens.First).Run(new FunctionDecoder(1, probabilities), [0])[0];

    private static IReadOnlyList<Hypothesis> Search(BeamSearchOptions options, IStepDecoder decoder, int sentence = 0)
    {
        using (decoder)
            return new BeamSearch(options, SpecialTokens.First).Run(decoder, new int[decoder.SentenceCount])[sentence];
    }

    [TestMethod]
    public void GreedySearchMissesWhatABeamOfTwoFinds()
    {
        Hypothesis greedy = Search(Raw with { BeamSize = 1, BestCount = 1 }, ByHand).Single();
        CollectionAssert.AreEqual(new[] { A }, greedy.Tokens.ToArray());
        Assert.AreEqual(0.20, Math.Exp(greedy.LogProbability), 1e-6);
        Hypothesis best = Search(Raw with { BeamSize = 2, BestCount = 1 }, ByHand).Single();
        CollectionAssert.AreEqual(new[] { B }, best.Tokens.ToArray());
        Assert.AreEqual(0.36, Math.Exp(best.LogProbability), 1e-6);
        Assert.IsTrue(best.IsFinished);
    }

    [TestMethod]
    [DataRow(LengthPenalty.Gnmt, 0.0, new[] { -1.02165, -1.60944, -2.12026 })]
    [DataRow(LengthPenalty.Gnmt, 0.6, new[] { -0.93140, -1.46726, -1.78413 })]
    [DataRow(LengthPenalty.Power, 1.0, new[] { -0.51083, -0.70675, -0.70675 })]
    public void ThePenaltyChangesTheOrder(LengthPenalty penalty, double alpha, double[] expected)
    {
        Hypothesis[] found = [.. Search(Raw with { LengthPenalty = penalty, Alpha = alpha }, ByHand)];
        Assert.HasCount(3, found);
        for (int i = 0; i < 3; i++)
            Assert.AreEqual(expected[i], found[i].Score, 1e-5, $"hypothesis {i}");
        CollectionAssert.AreEqual(new[] { B }, found[0].Tokens.ToArray());
        Assert.HasCount(penalty == LengthPenalty.Power ? 2 : 1, found[1].Tokens);
    }

    [TestMethod]
    [DataRow(1, 1.0), DataRow(2, 1.0969), DataRow(5, 1.3587), DataRow(10, 1.7329), DataRow(20, 2.3544), DataRow(50, 3.7786)]
    public void GnmtPenaltyIsThePublishedFormula(int length, double expected) =>
        Assert.AreEqual(expected, new BeamSearchOptions().Penalty(length), 1e-4);

    [TestMethod]
    public void ABeamOfOneIsGreedySearch()
    {
        for (int seed = 0; seed < 30; seed++)
        {
            Hypothesis found = Search(Raw with { BeamSize = 1, BestCount = 1, Alpha = seed % 2, MaximumLengthOffset = 12 }, new RecurrentDecoder(Vocabulary, [3], seed)).Single();
            (int[] tokens, double logProbability) = Greedy(new RecurrentDecoder(Vocabulary, [3], seed), 12);
            CollectionAssert.AreEqual(tokens, found.Tokens.ToArray(), $"seed {seed}");
            Assert.AreEqual(logProbability, found.LogProbability, 1e-4);
        }
    }

    private static (int[] Tokens, double LogProbability) Greedy(RecurrentDecoder decoder, int longest)
    {
        using DisposeScope scope = NewDisposeScope();
        using (decoder)
        {
            var tokens = new List<int> { SpecialTokens.First.Start };
            double sum = 0;
            while (tokens.Count <= longest)
            {
                float[] logP = LogProbabilities(decoder, tokens[^1]);
                tokens.Add(Array.IndexOf(logP, logP.Max()));
                sum += logP.Max();
                if (tokens[^1] == End)
                    return ([.. tokens[1..^1]], sum);
            }
            return ([.. tokens[1..]], sum);
        }
    }

    /// <summary>Padding, start and unknown token are out of the question, as in the search.</summary>
    private static float[] LogProbabilities(RecurrentDecoder decoder, int token)
    {
        float[] logP = nn.functional.log_softmax(decoder.Step(tensor(new[] { (long)token })), 1).data<float>().ToArray();
        (logP[0], logP[1], logP[3]) = (float.NegativeInfinity, float.NegativeInfinity, float.NegativeInfinity);
        return logP;
    }

    [TestMethod]
    [DataRow(LengthPenalty.Gnmt, 0.0), DataRow(LengthPenalty.Gnmt, 0.6), DataRow(LengthPenalty.Power, 1.0), DataRow(LengthPenalty.Power, 2.0)]
    public void AFullBeamFindsWhatTryingAllSentencesFinds(LengthPenalty penalty, double alpha)
    {
        const int longest = 4;
        BeamSearchOptions options = Raw with { BeamSize = 400, BestCount = 3, LengthPenalty = penalty, Alpha = alpha, MaximumLengthOffset = longest };
        for (int seed = 0; seed < 8; seed++)
        {
            Hypothesis[] found = [.. Search(options, new RecurrentDecoder(Vocabulary, [seed], seed))];
            (string Tokens, double Score)[] all = [.. Everything([], seed, longest).OrderByDescending(one => one.LogProbability / options.Penalty(one.Tokens.Length + 1))
                .Select(one => (string.Join(' ', one.Tokens), one.LogProbability / options.Penalty(one.Tokens.Length + 1)))];
            for (int i = 0; i < 3; i++)
            {
                Assert.AreEqual(all[i].Score, found[i].Score, 1e-4, $"seed {seed}, hypothesis {i}");
                Assert.AreEqual(all[i].Tokens, string.Join(' ', found[i].Tokens), $"seed {seed}, hypothesis {i}");
            }
        }
    }

    private static IEnumerable<(int[] Tokens, double LogProbability)> Everything(int[] tokens, int seed, int longest)
    {
        yield return (tokens, LogProbability([.. tokens, End], seed));
        if (tokens.Length + 1 == longest)
            yield break;
        foreach (int token in Enumerable.Range(4, Vocabulary - 4))
        {
            foreach (var longer in Everything([.. tokens, token], seed, longest))
                yield return longer;
        }
    }

    private static double LogProbability(int[] tokens, int seed)
    {
        using DisposeScope scope = NewDisposeScope();
        using var decoder = new RecurrentDecoder(Vocabulary, [seed], seed);
        int before = SpecialTokens.First.Start;
        double sum = 0;
        foreach (int token in tokens)
        {
            sum += LogProbabilities(decoder, before)[token];
            before = token;
        }
        return sum;
    }

    [TestMethod]
    public void ABatchGivesWhatItsSentencesGiveAlone()
    {
        BeamSearchOptions options = Raw with { Alpha = 0.6, MaximumLengthFactor = 1, MaximumLengthOffset = 3 };
        int[] lengths = [2, 9, 0, 5, 14];
        using var batch = new RecurrentDecoder(Vocabulary, [0, 1, 2, 3, 4]);
        var together = new BeamSearch(options, SpecialTokens.First).Run(batch, lengths);
        for (int i = 0; i < lengths.Length; i++)
        {
            using var alone = new RecurrentDecoder(Vocabulary, [i]);
            var expected = new BeamSearch(options, SpecialTokens.First).Run(alone, [lengths[i]])[0];
            Assert.HasCount(expected.Count, together[i]);
            for (int k = 0; k < expected.Count; k++)
            {
                CollectionAssert.AreEqual(expected[k].Tokens.ToArray(), together[i][k].Tokens.ToArray(), $"sentence {i}, hypothesis {k}");
                Assert.AreEqual(expected[k].Score, together[i][k].Score, 1e-5);
                Assert.IsLessThanOrEqualTo(options.MaximumLength(lengths[i]), expected[k].Tokens.Count);
            }
        }
    }

    [TestMethod]
    public void FinishedSentencesLeaveTheBatch()
    {
        // Sentence 0 ends at once, sentence 1 never does.
        double[] Probabilities(int sentence, IReadOnlyList<int> history) => sentence == 0 ? [0, 0, .98, 0, .01, .01] : [0, 0, .01, 0, .5, .49];
        var decoder = new FunctionDecoder(2, Probabilities);
        var found = new BeamSearch(Raw with { BestCount = 1 }, SpecialTokens.First).Run(decoder, [0, 0]);
        Assert.IsEmpty(found[0][0].Tokens);
        Assert.IsTrue(found[0][0].IsFinished);
        Assert.AreEqual(2, decoder.RowCounts[0]);
        Assert.IsTrue(decoder.RowCounts.Skip(1).All(rows => rows == 3));
    }

    [TestMethod]
    public void SentencesWithoutAnEndAreGivenOnlyWhereNoneHasOne()
    {
        double[] Endless(int sentence, IReadOnlyList<int> history) => [0, 0, 0, 0, .6, .4];
        Hypothesis[] found = [.. Search(Raw, Endless)];
        Assert.HasCount(3, found);
        Assert.IsFalse(found[0].IsFinished);
        Assert.HasCount(8, found[0].Tokens);
        Assert.IsTrue(Search(Raw, ByHand).All(hypothesis => hypothesis.IsFinished));
    }

    [TestMethod]
    public void NoSentenceEndsBeforeTheMinimum()
    {
        BeamSearchOptions options = Raw with { MinimumLengthFactor = 0.5, MaximumLengthFactor = 2 };
        foreach (int beam in new[] { 1, 3 })
        {
            var decoder = new FunctionDecoder(1, (_, _) => [0, 0, .9, 0, .06, .04]);
            var found = new BeamSearch(options with { BeamSize = beam, BestCount = 1 }, SpecialTokens.First).Run(decoder, [10])[0];
            Assert.HasCount(4, found.Single().Tokens);
        }
    }

    [TestMethod]
    public void TheUnknownTokenIsChosenOnlyIfAllowed()
    {
        double[] Unknown(int sentence, IReadOnlyList<int> history) => history.Count == 0 ? [.1, .1, .05, .6, .1, .05] : [0, 0, 1, 0, 0, 0];
        CollectionAssert.AreEqual(new[] { A }, Search(Raw with { BestCount = 1 }, Unknown)[0].Tokens.ToArray());
        CollectionAssert.AreEqual(new[] { 3 }, Search(Raw with { BestCount = 1, AllowUnknown = true }, Unknown)[0].Tokens.ToArray());
    }

    [TestMethod]
    public void AnEnsembleAveragesProbabilities()
    {
        double[] First(int sentence, IReadOnlyList<int> history) => history.Count == 0 ? [0, 0, 0, 0, .9, .1] : [0, 0, 1, 0, 0, 0];
        double[] Second(int sentence, IReadOnlyList<int> history) => history.Count == 0 ? [0, 0, 0, 0, 0, 1] : [0, 0, 1, 0, 0, 0];
        using var ensemble = new EnsembleDecoder([new FunctionDecoder(1, First), new FunctionDecoder(1, Second)]);
        Hypothesis found = Search(Raw with { BestCount = 1 }, ensemble).Single();
        CollectionAssert.AreEqual(new[] { B }, found.Tokens.ToArray());
        Assert.AreEqual(Math.Log(.55), found.LogProbability, 1e-5);
        Assert.ThrowsExactly<ArgumentException>(() => new EnsembleDecoder([]));
    }

    [TestMethod]
    public void CancellationIsSeenBeforeEveryStep()
    {
        using var stop = new CancellationTokenSource();
        int calls = 0;
        double[] Cancelling(int sentence, IReadOnlyList<int> history)
        {
            if (++calls == 4)
                stop.Cancel();
            return [0, 0, 0, 0, .6, .4];
        }
        var decoder = new FunctionDecoder(1, Cancelling);
        Assert.ThrowsExactly<OperationCanceledException>(() => new BeamSearch(Raw, SpecialTokens.First).Run(decoder, [0], stop.Token));
        Assert.AreEqual(2, decoder.Steps);
    }

    [TestMethod]
    public void ScoresThatAreNotNumbersAreReported() =>
        Assert.ThrowsExactly<InvalidDataException>(() => Search(Raw, (_, _) => [0, 0, double.NaN, 0, .6, .4]));

    [TestMethod]
    public void NoTensorIsLeftBehind()
    {
        BeamSearchOptions options = Raw with { MaximumLengthOffset = 20 };
        _ = Search(options, new RecurrentDecoder(Vocabulary, [0, 1, 2]));
        long before = Tensor.TotalCount;
        _ = Search(options, new RecurrentDecoder(Vocabulary, [0, 1, 2]));
        Assert.AreEqual(before, Tensor.TotalCount);
    }

    [TestMethod]
    public void FaultyOptionsAreNamed()
    {
        var options = new BeamSearchOptions
        {
            BeamSize = 0, LengthPenalty = (LengthPenalty)5, Alpha = -1, BestCount = 0, MaximumLengthFactor = double.NaN, MaximumLengthOffset = -1, MinimumLengthFactor = -1,
        };
        foreach (string name in typeof(BeamSearchOptions).GetProperties().Select(property => property.Name).Where(name => name != nameof(options.AllowUnknown)))
            Assert.IsTrue(options.Faults().Any(fault => fault.StartsWith(name + ":", StringComparison.Ordinal)), name);
        Assert.IsEmpty(new BeamSearchOptions().Faults());
        Assert.ThrowsExactly<ArgumentException>(() => new BeamSearch(options, SpecialTokens.First));
        Assert.ThrowsExactly<ArgumentException>(() => new BeamSearch(Raw, SpecialTokens.First).Run(new FunctionDecoder(2, ByHand), [1]));
    }
}
