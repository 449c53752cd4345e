using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetDeepExtensions.Blocks;
using MLNetDeepExtensions.Decoding;
using MLNetDeepExtensions.Examples;
using MLNetDeepExtensions.Translation;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Tests.Translation;

[TestClass]
[DoNotParallelize]
public sealed class RnnSearchTranslatorTests
{
    private static readonly MLContext ml = new(seed: 1);

    private static readonly RnnSearchTranslator.Options Small = new()
    {
        Network = new() { EmbeddingSize = 24, HiddenSize = 48, AlignmentSize = 48, MaxoutSize = 24, InitialDeviation = 0.2, InitialAlignmentDeviation = 0.1 },
        Optimiser = RnnSearchOptimiser.Adam, LearningRate = 0.01, BatchSize = 20, MaxEpochs = 5,
        Inference = new() { Search = new BeamSearchOptions { BeamSize = 1, MaximumLengthFactor = 2, MaximumLengthOffset = 5 } },
    };

    private static readonly Lazy<RnnSearchTranslationTransformer> Learnt = new(() => ml.Translation.Trainers.RnnSearch(Small).Fit(Toy(0, 1500)));

    private static IDataView Toy(int first, int count) => ml.Data.LoadFromEnumerable(Enumerable.Range(first, count).Select(number =>
    {
        (string source, string target) = ToyLanguage.Sentence(seed: 1, number);
        return new ToyTranslation.Pair { Source = source, Target = target };
    }).ToArray());

    private static ToyTranslation.Translated[] Translate(ITransformer model, IDataView sentences) =>
        [.. ml.Data.CreateEnumerable<ToyTranslation.Translated>(model.Transform(sentences), reuseRowObject: false)];

    private static ToyTranslation.Translated[] Translate(ITransformer model, params string[] sentences) =>
        Translate(model, ml.Data.LoadFromEnumerable(sentences.Select(sentence => new ToyTranslation.Pair { Source = sentence })));

    [TestMethod]
    [DataRow(Precision.Float32), DataRow(Precision.BFloat16)]
    public void NewSentencesAreTranslated(Precision precision)
    {
        IDataView test = Toy(100_000, 100);
        string[] expected = [.. test.GetColumn<string>("Target")];
        RnnSearchTranslationTransformer model = Learnt.Value.With(Learnt.Value.Options with { Precision = precision });
        string[] translated = [.. Translate(model, test).Select(prediction => prediction.PredictedTranslation)];
        Assert.IsGreaterThanOrEqualTo(90, expected.Zip(translated).Count(pair => pair.First == pair.Second));
    }

    [TestMethod]
    public void EachNounLooksAtTheWordThatItTranslates()
    {
        var nouns = new Dictionary<string, string>
        {
            ["hundo"] = "dog", ["kato"] = "cat", ["birdo"] = "bird", ["\u0109evalo"] = "horse", ["arbo"] = "tree", ["domo"] = "house", ["libro"] = "book",
        };
        int found = 0, right = 0;
        foreach (ToyTranslation.Translated prediction in Translate(Learnt.Value, Toy(100_000, 100)))
        {
            for (int place = 0; place < prediction.TranslationTokens.Length; place++)
            {
                if (!nouns.TryGetValue(prediction.TranslationTokens[place].TrimEnd('n').TrimEnd('j'), out string? noun))
                    continue;
                float[] weights = prediction.Alignment.AsSpan(place * prediction.SourceTokens.Length, prediction.SourceTokens.Length).ToArray();
                found++;
                if (prediction.SourceTokens[Array.IndexOf(weights, weights.Max())].StartsWith(noun, StringComparison.Ordinal))
                    right++;
            }
        }
        Assert.IsGreaterThan(100, found);
        Assert.IsGreaterThanOrEqualTo(0.9 * found, right);
    }

    [TestMethod]
    public void UnusualTextIsTranslatedToSomething()
    {
        string[] texts =
        [
            "", "  \t", "\ud800", "The \udc00dog\ud83d sees.", "\0\u0007\u001b[0m", "\u05e9\u05dc\u05d5\u05dd \u05e2\u05d5\u05dc\u05dd", "\u202eThe dog\u202c sees a cat.",
            string.Join(' ', Enumerable.Repeat("dog", 10_000)),
        ];
        RnnSearchTranslationTransformer model = Learnt.Value.With(Learnt.Value.Options with { MaximumSourceLength = 40 });
        ToyTranslation.Translated[] predictions = Translate(model, texts);
        Assert.HasCount(texts.Length, predictions);
        Assert.AreEqual("", predictions[0].PredictedTranslation);
        Assert.IsTrue(float.IsNaN(predictions[0].Score));
        Assert.HasCount(40, predictions[^1].SourceTokens);
        Assert.AreEqual(1, model.TruncatedSentences);
        Assert.AreEqual(Translate(model, "The dog sees a cat.")[0].PredictedTranslation, Translate(model, [.. texts, "The dog sees a cat."])[^1].PredictedTranslation);
    }

    [TestMethod]
    public void BFloat16LearnsAboutTheSame()
    {
        double Loss(Precision precision)
        {
            using RnnSearchTranslationTransformer model = ml.Translation.Trainers.RnnSearch(Small with { Precision = precision, MaxEpochs = 2, Seed = 1 }).Fit(Toy(0, 200));
            return model.History.Epochs[^1].Losses["crossEntropy"];
        }

        double expected = Loss(Precision.Float32);
        Assert.AreEqual(expected, Loss(Precision.BFloat16), 0.1 * expected);
    }

    [TestMethod]
    public void WithoutAttentionThereIsNoAlignment()
    {
        RnnSearchTranslator.Options options = Small with { Network = Small.Network with { Attention = false, HiddenSize = 8 }, MaxEpochs = 1 };
        using RnnSearchTranslationTransformer model = ml.Translation.Trainers.RnnSearch(options).Fit(Toy(0, 40));
        ToyTranslation.Translated prediction = Translate(model, "The dog sees a cat.")[0];
        Assert.IsEmpty(prediction.Alignment);
        Assert.HasCount(7, prediction.SourceTokens);
    }

    [TestMethod]
    public void AdadeltaIsThePapers()
    {
        using DisposeScope scope = NewDisposeScope();
        using var parameter = new Parameter(ones(1));
        using OptimizerHelper optimiser = new RnnSearchTranslator.Options().CreateOptimiser([parameter]);
        foreach ((float gradient, float expected) in new[] { (1f, 0.9955279f), (1f, 0.9909989f), (0.5f, 0.9883387f) })
        {
            parameter.grad = tensor(new[] { gradient });
            optimiser.step();
            Assert.AreEqual(expected, parameter.item<float>(), 1e-6);
        }
    }

    [TestMethod]
    public void ClippingSeesTheSumUnlessItIsToldNotTo()
    {
        // With the mean, a norm this large clips nothing; the sum over a batch's words exceeds it.
        float[] Learn(LossReduction reduction, double clip)
        {
            using var model = ml.Translation.Trainers.RnnSearch(Small with
            {
                Network = Small.Network with { EmbeddingSize = 4, HiddenSize = 4, AlignmentSize = 4, MaxoutSize = 4 },
                Reduction = reduction, ClipNorm = clip, MaxEpochs = 1, Optimiser = RnnSearchOptimiser.Adadelta, LearningRate = 1, Seed = 1,
            }).Fit(Toy(0, 20));
            return model.UseNetwork(network => network.parameters().SelectMany(parameter => parameter.flatten().Values()).ToArray());
        }

        CollectionAssert.AreEqual(Learn(LossReduction.Mean, clip: 0), Learn(LossReduction.Mean, clip: 10));
        CollectionAssert.AreNotEqual(Learn(LossReduction.Sum, clip: 0), Learn(LossReduction.Sum, clip: 10));
    }

    [TestMethod]
    public void FaultyOptionsAreAllNamed()
    {
        var error = Assert.ThrowsExactly<ArgumentException>(() => ml.Translation.Trainers.RnnSearch(new RnnSearchTranslator.Options
        {
            Network = new() { HiddenSize = 0 }, Optimiser = (RnnSearchOptimiser)9, Rho = 1, Epsilon = 0, Reduction = (LossReduction)9, SortedBatches = 0,
        }));
        foreach (string name in new[] { "Network.HiddenSize", "Optimiser", "Rho", "Epsilon", "Reduction", "SortedBatches" })
            StringAssert.Contains(error.Message, $"\n  {name}: expected");
    }
}
