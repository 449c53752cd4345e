using System.Text.Json;
using MLNetDeepExtensions.Text.Metrics;

namespace MLNetDeepExtensions.Tests.Text;

/// <summary>A thousand made-up sentences with the numbers of golden/text/make_text_metrics.py.</summary>
[TestClass]
public sealed class TextMetricsGoldenTests
{
    private static readonly JsonElement Golden = TensorGolden.Read("text/text_metrics.json");

    public static IEnumerable<object[]> Seeds => Golden.GetProperty("corpora").EnumerateArray().Select(corpus => new object[] { corpus.GetProperty("seed").GetInt32() });

    private static (JsonElement Expected, (string[] Hypothesis, string[][] References)[] Sentences) Case(int seed)
    {
        JsonElement expected = Golden.GetProperty("corpora").EnumerateArray().Single(corpus => corpus.GetProperty("seed").GetInt32() == seed);
        int Number(string name) => expected.GetProperty(name).GetInt32();
        return (expected, DrawnSentences.Corpus(seed, Number("size"), Number("references"), Number("longest")));
    }

    [TestMethod]
    [DynamicData(nameof(Seeds))]
    public void MultiBleuIsReproduced(int seed)
    {
        (JsonElement expected, var sentences) = Case(seed);
        var bleu = new BleuEvaluator();
        foreach ((string[] hypothesis, string[][] references) in sentences)
            bleu.Add(hypothesis, references);
        Assert.AreEqual(expected.GetProperty("multi_bleu").GetDouble(), bleu.Corpus.Score, 1e-9);
    }

    [TestMethod]
    [DynamicData(nameof(Seeds))]
    public void SacreBleuIsReproduced(int seed)
    {
        (JsonElement expected, var sentences) = Case(seed);
        foreach ((BleuSmoothing smoothing, string name) in new[]
        {
            (BleuSmoothing.None, "none"), (BleuSmoothing.Exponential, "exp"), (BleuSmoothing.Floor, "floor"), (BleuSmoothing.AddOne, "add-k"),
        })
        {
            var bleu = new BleuEvaluator(smoothing);
            double[] scores = [.. sentences.Select(sentence => bleu.Add(Tokens(sentence.Hypothesis), [.. sentence.References.Select(Tokens)]).Score)];
            Assert.AreEqual(expected.GetProperty("sacrebleu").GetProperty(name).GetDouble(), bleu.Corpus.Score, 1e-9, name);
            if (smoothing == BleuSmoothing.Exponential)
                AreClose(expected.GetProperty("sentences"), scores);
        }

        static string[] Tokens(string[] words) => ScoringTokenisation.Mteval13a(string.Join(' ', words));
    }

    [TestMethod]
    [DynamicData(nameof(Seeds))]
    public void CiderIsReproduced(int seed)
    {
        (JsonElement expected, var sentences) = Case(seed);
        var cider = new CiderEvaluator();
        foreach ((string[] hypothesis, string[][] references) in sentences)
            cider.Add(hypothesis, references);
        Assert.AreEqual(expected.GetProperty("cider_d").GetDouble(), cider.Mean(), 1e-9);
        AreClose(expected.GetProperty("images"), [.. cider.PerImage()]);
    }

    [TestMethod]
    public void MeteorFindsTheAlignmentThatTryingAllFinds()
    {
        var draw = new DrawnSentences(99);
        foreach (JsonElement expected in Golden.GetProperty("alignments").EnumerateArray())
        {
            string[] hypothesis = draw.Sentence(6, 10), reference = draw.Sentence(6, 10);
            Assert.AreEqual(
                (expected[0].GetInt32(), expected[1].GetInt32()), MeteorAlignment.Of(hypothesis, reference),
                $"{string.Join(' ', hypothesis)} | {string.Join(' ', reference)}");
        }
    }

    private static void AreClose(JsonElement expected, double[] actual)
    {
        for (int i = 0; i < 20; i++)
            Assert.AreEqual(expected[i].GetDouble(), actual[i], 1e-6, $"sentence {i}");
    }
}
