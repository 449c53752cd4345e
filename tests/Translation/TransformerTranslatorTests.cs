using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNetDeepExtensions.Blocks;
using MLNetDeepExtensions.Decoding;
using MLNetDeepExtensions.Text;
using MLNetDeepExtensions.Training;
using MLNetDeepExtensions.Translation;

namespace MLNetDeepExtensions.Tests.Translation;

[TestClass]
public sealed class TransformerTranslatorTests
{
    private readonly MLContext ml = new(seed: 1);

    private static readonly TransformerTranslator.Options Tiny = new()
    {
        Network = new TransformerNetworkOptions { Layers = 1, ModelSize = 16, FeedForwardSize = 16, Heads = 2 },
        SourceTokenisation = new TokenisationOptions { Merges = 100 }, BatchTokens = 400, MaxEpochs = 1,
        Inference = new TranslationOptions { Search = new BeamSearchOptions { BeamSize = 2, MaximumLengthOffset = 4 } },
    };

    private static readonly TransformerTranslator.Options Learning = Tiny with
    {
        Network = new TransformerNetworkOptions { Layers = 2, ModelSize = 48, FeedForwardSize = 96, Heads = 4, Dropout = 0.05 },
        SourceTokenisation = new TokenisationOptions { Merges = 200 }, BatchTokens = 500, MaxEpochs = 9, AveragingDecay = 0.98,
        LearningRate = 0.7, Schedule = new LearningRateSchedule.InverseSquareRoot { ModelSize = 48, WarmUpSteps = 120 },
    };

    [TestMethod]
    [DataRow(Precision.Float32)]
    public void LearnsTheGeneratedLanguageAndServesItFromAZip(Precision precision)
    {
        IDataView train = ToyTranslation.View(ml, 1000), test = ToyTranslation.View(ml, 60, seed: 2);
        using TransformerTranslationTransformer model = ml.Translation.Trainers.Transformer(Learning with { Precision = precision }).Fit(train);
        ToyTranslation.Translated[] expected = Translated(model, test);

        TranslationMetrics metrics = ml.Translation.Evaluate(model.Transform(test));
        Console.WriteLine($"BLEU {metrics.Bleu:0.000}, {model.History.Epochs.Sum(epoch => epoch.Seconds):0.0} s");
        Assert.IsGreaterThan(0.8, metrics.Bleu);

        using var zip = new MemoryStream();
        ml.Model.Save(model, train.Schema, zip);
        zip.Position = 0;
        var serving = new MLContext();
        using var engine = serving.Model.CreatePredictionEngine<ToyTranslation.Pair, ToyTranslation.Translated>(serving.Model.Load(zip, out _));
        foreach ((ToyTranslation.Pair pair, ToyTranslation.Translated translated) in ToyTranslation.Pairs(60, seed: 2).Zip(expected).Take(4))
        {
            ToyTranslation.Translated served = engine.Predict(pair);
            Assert.AreEqual(translated.PredictedTranslation, served.PredictedTranslation);
            Assert.AreEqual(translated.Score, served.Score, 1e-4f);
        }
        ToyTranslation.Translated first = expected[0];
        Assert.AreEqual(first.TranslationTokens.Length * first.SourceTokens.Length, first.Alignment.Length);
        Assert.AreEqual("</s>", first.SourceTokens[^1]);
        foreach (float[] row in first.Alignment.Chunk(first.SourceTokens.Length))
            Assert.AreEqual(1f, row.Sum(), 1e-4f);
    }

    [TestMethod]
    public void ValidatesByBleuWithAllReferencesAndTellsLossAndPerplexity()
    {
        ToyTranslation.References[] several = [.. ToyTranslation.Pairs(12).Select(pair =>
            new ToyTranslation.References { Source = pair.Source, Target = [pair.Target, pair.Target + " Ja."] })];
        using TransformerTranslationTransformer model = ml.Translation.Trainers.Transformer(Tiny with
        {
            MaxEpochs = 2, ValidationSet = ml.Data.LoadFromEnumerable(several),
        }).Fit(ml.Data.LoadFromEnumerable(several));
        foreach (EpochRecord epoch in model.History.Epochs)
        {
            CollectionAssert.AreEquivalent(new[] { "log-loss", "perplexity", "BLEU" }, epoch.Metrics.Keys.ToArray());
            Assert.AreEqual(Math.Exp(epoch.Metrics["log-loss"]), epoch.Metrics["perplexity"], 1e-6);
        }
        using TransformerTranslationTransformer byLoss = ml.Translation.Trainers.Transformer(Tiny with
        {
            ValidationFraction = 0.3, ValidationBeamSize = 0,
        }).Fit(ml.Data.LoadFromEnumerable(several));
        CollectionAssert.AreEquivalent(new[] { "log-loss", "perplexity" }, byLoss.History.Epochs[0].Metrics.Keys.ToArray());
    }

    [TestMethod]
    public void EveryTargetMakesAPair()
    {
        var tokeniser = new WordTokeniser(new Vocabulary(["a", "b", "c"]));
        using TranslationBatch batch = TranslationBatch.Of(
            [new TranslationSample([4, 2], [[5, 2], [5, 6, 2]]), new TranslationSample([5, 4, 2], [[6, 2]])],
            new TokeniserPair(tokeniser, tokeniser), TorchSharp.torch.CPU);
        CollectionAssert.AreEqual(new long[] { 4, 2, 0, 4, 2, 0, 5, 4, 2 }, batch.Source.Tokens_NT.data<long>().ToArray());
        CollectionAssert.AreEqual(new long[] { 1, 5, 0, 1, 5, 6, 1, 6, 0 }, batch.Target.Tokens_NT.data<long>().ToArray());
        CollectionAssert.AreEqual(new long[] { 5, 2, 5, 6, 2, 6, 2 }, batch.Labels_M.data<long>().ToArray());
        CollectionAssert.AreEqual(new long[] { 0, 1, 3, 4, 5, 6, 7 }, batch.Target.Positions_M.data<long>().ToArray());
    }

    [TestMethod]
    public void LongSentencesAreCutOrLeftOutAndReported()
    {
        ToyTranslation.Pair[] pairs = ToyTranslation.Pairs(20);
        pairs[3].Source = string.Join(' ', Enumerable.Repeat("the dog", 5000));
        pairs[7].Target = string.Join(' ', Enumerable.Repeat("la hundo", 200));
        List<string> warnings = Warnings();
        TransformerTranslator.Options limited = Tiny with { MaximumSourceLength = 60, MaximumTargetLength = 60 };

        ml.Translation.Trainers.Transformer(limited).Fit(ml.Data.LoadFromEnumerable(pairs)).Dispose();
        Assert.IsTrue(warnings.Any(warning => warning.StartsWith("Of 20 source sentences, 1 were cut to 60 tokens")), string.Join('\n', warnings));
        Assert.IsTrue(warnings.Any(warning => warning.StartsWith("Of 20 target sentences, 1 were cut to 60 tokens")), string.Join('\n', warnings));

        warnings.Clear();
        using TransformerTranslationTransformer model =
            ml.Translation.Trainers.Transformer(limited with { LongSentences = LongSentences.LeaveOut }).Fit(ml.Data.LoadFromEnumerable(pairs));
        Assert.AreEqual(2, model.History.SkippedRows);
        Assert.Contains("Row 3 of the training data cannot be used: Its source has more than 60 tokens. It is skipped.", warnings);
    }

    [TestMethod]
    public void WhateverTextComesIsTranslatedAndCutsAreLogged()
    {
        List<string> warnings = Warnings();
        using TransformerTranslationTransformer model = ml.Translation.Trainers.Transformer(Tiny).Fit(ToyTranslation.View(ml, 20));
        using TransformerTranslationTransformer quick = model.With(model.Options with
        {
            Search = new BeamSearchOptions { BeamSize = 1, MaximumLengthFactor = 0, MaximumLengthOffset = 5 }, MaximumSourceLength = 40,
        });
        string[] texts =
        [
            "", "   ", "\u202e\u05e9\u05dc\u05d5\u05dd\u202c \u0645\u0631\u062d\u0628\u0627", "\ud800 and \udc00", "\0\u0001\u001b[31m\r\n", "\u72ac\u304c\u732b\u3092\u898b\u308b",
            string.Join(' ', Enumerable.Repeat("dog", 10_000)),
        ];
        ToyTranslation.Translated[] translated = Translated(quick, ml.Data.LoadFromEnumerable(texts.Select(text => new ToyTranslation.Pair { Source = text })));
        for (int i = 0; i < texts.Length; i++)
        {
            bool isBlank = i < 2;
            Assert.AreEqual(isBlank, float.IsNaN(translated[i].Score), texts[i].Length.ToString());
            Assert.HasCount(isBlank ? 0 : 1, translated[i].CandidateTranslations);
            Assert.AreEqual(translated[i].SourceTokens.Length * translated[i].TranslationTokens.Length, translated[i].Alignment.Length);
        }
        Assert.AreEqual(1, quick.TruncatedSentences);
        Assert.Contains("1 source sentences were cut to 40 tokens, 1 so far.", warnings);
        Assert.ThrowsExactly<InvalidDataException>(() => ml.Translation.Trainers.Transformer(Tiny).Fit(
            ml.Data.LoadFromEnumerable([new ToyTranslation.References { Source = "dog" }])), "There is no target.");
    }

    [TestMethod]
    public void OtherInferenceSettingsShareTheWeights()
    {
        IDataView data = ToyTranslation.View(ml, 20);
        TransformerTranslationTransformer model = ml.Translation.Trainers.Transformer(Tiny).Fit(data);
        using TransformerTranslationTransformer several = model.With(new TranslationOptions
        {
            Search = new BeamSearchOptions { BeamSize = 5, BestCount = 5, MaximumLengthOffset = 4 }, Precision = Precision.BFloat16,
        });
        model.Dispose();
        foreach (ToyTranslation.Translated row in Translated(several, data))
        {
            Assert.HasCount(5, row.CandidateTranslations);
            Assert.AreEqual(row.PredictedTranslation, row.CandidateTranslations[0]);
            Assert.AreEqual(row.Score, row.CandidateScores[0]);
        }
        Assert.ThrowsExactly<ArgumentException>(() => several.With(new TranslationOptions { BatchSize = 0 }));
        Assert.ThrowsExactly<ObjectDisposedException>(() => Translated(model, data));
    }

    [TestMethod]
    public void AWarmStartKeepsTheVocabulary()
    {
        using TransformerTranslationTransformer first = ml.Translation.Trainers.Transformer(Tiny).Fit(ToyTranslation.View(ml, 20));
        using TransformerTranslationTransformer second = ml.Translation.Trainers.Transformer(Tiny with { InitialModel = first }).Fit(ToyTranslation.View(ml, 30, seed: 5));
        Assert.AreEqual(first.Network, second.Network);
        CollectionAssert.AreEqual(first.Tokenisers.Source.Encode("The dog"), second.Tokenisers.Source.Encode("The dog"));
    }

    [TestMethod]
    public void TwoVocabulariesOfWordsAndSeparateEmbeddingsServeToo()
    {
        IDataView data = ToyTranslation.View(ml, 30);
        var words = new TokenisationOptions { Kind = TokeniserKind.Words, MinimumCount = 1 };
        using TransformerTranslationTransformer model = ml.Translation.Trainers.Transformer(Tiny with
        {
            Network = Tiny.Network with { SharedEmbeddings = false, TiedSoftmax = false, PreNormalisation = true, Positions = PositionKind.Learned, MaximumLength = 20 },
            SourceTokenisation = words, TargetTokenisation = words, Precision = Precision.BFloat16,
        }).Fit(data);
        Assert.IsFalse(model.Tokenisers.IsJoint);
        Assert.AreNotEqual(model.Network.SourceVocabulary, model.Network.TargetVocabulary);
        using var zip = new MemoryStream();
        ml.Model.Save(model, data.Schema, zip);
        zip.Position = 0;
        using var loaded = (TransformerTranslationTransformer)new MLContext().Model.Load(zip, out _);
        CollectionAssert.AreEqual(Translated(model, data).Select(row => row.PredictedTranslation).ToArray(), Translated(loaded, data).Select(row => row.PredictedTranslation).ToArray());
    }

    [TestMethod]
    public void FaultsAreListedTogether()
    {
        var fault = Assert.ThrowsExactly<ArgumentException>(() => ml.Translation.Trainers.Transformer(new TransformerTranslator.Options
        {
            Network = new TransformerNetworkOptions { Layers = 0, Heads = 7, Dropout = 1 }, BatchTokens = 0, LabelSmoothing = 1, Beta2 = 1, Epsilon = 0,
            MaximumSourceLength = 1, TargetTokenisation = new TokenisationOptions(), ValidationBeamSize = -1, Inference = new TranslationOptions { BatchSize = 0 },
        }));
        Assert.AreEqual("""
            The options of TransformerTranslator are not valid:
              Inference.BatchSize: expected at least 1, got 0.
              MaximumSourceLength: expected at least 2, got 1.
              BatchTokens: expected at least 1, got 0.
              LabelSmoothing: expected 0 to below 1, got 1.
              ValidationBeamSize: expected at least 0, got -1.
              Network.Layers: expected 1 to 65536, got 0.
              Network.Heads: expected a divisor of ModelSize (512) unless KeySize and ValueSize are given, got 7.
              Network.Dropout: expected 0 to below 1, got 1.
              TargetTokenisation: expected null, for one vocabulary, since Network.SharedEmbeddings is on.
              Beta1, Beta2: expected 0 to below 1, got 0.9 and 1.
              Epsilon: expected a finite number above 0, got 0.
            """, fault.Message);
        Assert.IsEmpty(new TransformerTranslator.Options { Network = TransformerNetworkOptions.Big }.Faults());
    }

    private ToyTranslation.Translated[] Translated(ITransformer model, IDataView data) =>
        [.. ml.Data.CreateEnumerable<ToyTranslation.Translated>(model.Transform(data), reuseRowObject: false)];

    private List<string> Warnings()
    {
        var warnings = new List<string>();
        ml.Log += (_, entry) =>
        {
            if (entry.Kind == ChannelMessageKind.Warning)
                warnings.Add(entry.RawMessage);
        };
        return warnings;
    }
}
