using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNetDeepExtensions.Blocks;
using MLNetDeepExtensions.Captioning;
using MLNetDeepExtensions.Classification;
using MLNetDeepExtensions.Images;
using MLNetDeepExtensions.Tests.Images;
using MLNetDeepExtensions.Text;
using MLNetDeepExtensions.Training;
using MLNetDeepExtensions.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Tests.Captioning;

[TestClass]
[DoNotParallelize]
public sealed class ShowTellTrainerTests
{
    private readonly MLContext ml = new(seed: 1);
    private readonly TemporaryFolder folder = new();

    [TestCleanup]
    public void Free() => folder.Dispose();

    [TestMethod]
    public void EightImagesAreLearnedByHeart()
    {
        IDataView data = CaptionedBars.View(ml, 8, seed: 1, captions: 1);
        using ShowTellCaptioningTransformer model = Trainer(CaptionedBars.Small(epochs: 60) with
        {
            Network = CaptionedBars.Wide with { Dropout = 0 }, LearningRate = 2e-3, BatchSize = 8, Inference = new CaptioningOptions { BeamSize = 1 },
        }).Fit(data);
        Assert.IsLessThan(0.05, model.History.Epochs[^1].Losses["loss"]);
        CaptionedBars.Described[] described = CaptionedBars.Describe(ml, model, data);
        CollectionAssert.AreEqual(described.Select(row => row.Caption[0]).ToArray(), described.Select(row => row.PredictedCaption).ToArray());
    }

    [TestMethod]
    public void LearnsCaptionsAndServesThemFromAZip()
    {
        IDataView train = CaptionedBars.View(ml, 144, seed: 1), test = CaptionedBars.View(ml, 45, seed: 2);
        using ShowTellCaptioningTransformer model = Trainer(CaptionedBars.Small(epochs: 16) with
        {
            Network = CaptionedBars.Wide, LearningRate = 1e-3, ValidationSet = CaptionedBars.View(ml, 18, seed: 3), ValidateEveryEpochs = 8,
        }).Fit(train);
        CaptionedBars.Described[] described = CaptionedBars.Describe(ml, model, test);
        Assert.IsGreaterThan(0.7, described.Average(row => row.Caption.Contains(row.PredictedCaption) ? 1.0 : 0));
        CaptioningMetrics metrics = ml.ImageCaptioning.Evaluate(model.Transform(test));
        Assert.IsGreaterThan(0.7, metrics.Bleu4);
        CollectionAssert.AreEquivalent(new[] { "log-loss", "BLEU-4", "CIDEr-D" }, model.History.Epochs[^1].Metrics.Keys.ToArray());
        Assert.IsLessThan(model.History.Epochs[7].Metrics["log-loss"], model.History.Epochs[^1].Metrics["log-loss"]);

        ml.Model.Save(model, train.Schema, folder.PathOf("captioner.zip"));
        var serving = new MLContext();
        ITransformer loaded = serving.Model.Load(folder.PathOf("captioner.zip"), out _);
        using var engine = serving.Model.CreatePredictionEngine<CaptionedBars.Picture, CaptionedBars.Described>(loaded);
        foreach ((int index, CaptionedBars.Picture picture) in CaptionedBars.Generate(45, seed: 2).Index().Take(3))
        {
            CaptionedBars.Described served = engine.Predict(picture);
            Assert.AreEqual(described[index].PredictedCaption, served.PredictedCaption);
            Assert.AreEqual(described[index].Score, served.Score, 1e-4f);
        }
        CandidatesAgreeWithTheirRanking(model, described);
        Ensembles(model, (ShowTellCaptioningTransformer)loaded, test, described);
    }

    private void CandidatesAgreeWithTheirRanking(ShowTellCaptioningTransformer model, CaptionedBars.Described[] described)
    {
        CaptionedBars.Picture picture = CaptionedBars.Generate(45, seed: 2)[4];
        CaptionedBars.Described found = described[4];
        Assert.HasCount(2, found.CandidateCaptions);
        Assert.AreEqual(found.PredictedCaption, found.CandidateCaptions[0]);
        Assert.AreEqual(found.Score, found.CandidateScores[0]);
        IReadOnlyList<ScoredCaption> ranked = model.RankCaptions(picture.Image, [found.CandidateCaptions[1], "a lying zebra.", found.CandidateCaptions[0]]);
        CollectionAssert.AreEqual((string[])[.. found.CandidateCaptions, "a lying zebra."], ranked.Select(caption => caption.Text).ToArray());
        for (int i = 0; i < 2; i++)
            Assert.AreEqual(found.CandidateScores[i], ranked[i].LogProbability, 1e-3f);
        Assert.ThrowsExactly<ArgumentException>(() => model.RankCaptions(picture.Image, []));

        using ShowTellCaptioningTransformer greedy = model.With(model.Options with { BeamSize = 1, Candidates = 4 });
        CaptionedBars.Described[] alone = CaptionedBars.Describe(ml, greedy, CaptionedBars.View(ml, 9, seed: 2));
        Assert.IsTrue(alone.All(row => row.CandidateCaptions is [var only] && only == row.PredictedCaption));
        Assert.ThrowsExactly<ArgumentException>(() => model.With(new CaptioningOptions { BeamSize = 0 }));
    }

    private void Ensembles(ShowTellCaptioningTransformer model, ShowTellCaptioningTransformer loaded, IDataView test, CaptionedBars.Described[] described)
    {
        using ShowTellCaptioningTransformer twice = model.EnsembleWith(loaded);
        ml.Model.Save(twice, test.Schema, folder.PathOf("ensemble.zip"));
        using var served = (ShowTellCaptioningTransformer)ml.Model.Load(folder.PathOf("ensemble.zip"), out _);
        Assert.HasCount(2, served.Networks);
        Assert.AreEqual(2 * model.ParameterCount, served.ParameterCount);
        foreach ((CaptionedBars.Described one, CaptionedBars.Described two) in described.Zip(CaptionedBars.Describe(ml, served, test)))
        {
            Assert.AreEqual(one.PredictedCaption, two.PredictedCaption);
            Assert.AreEqual(one.Score, two.Score, 1e-4f);
        }
        using ShowTellCaptioningTransformer other = Trainer(CaptionedBars.Small(epochs: 1) with { Network = CaptionedBars.Wide, InitialModel = model, Seed = 5 }).Fit(CaptionedBars.View(ml, 24, seed: 4));
        CollectionAssert.AreEqual(model.Tokeniser.Save().Tokens!.ToArray(), other.Tokeniser.Save().Tokens!.ToArray(), "A vocabulary is never sorted anew.");
        using ShowTellCaptioningTransformer both = model.EnsembleWith(other), turned = other.EnsembleWith(model);
        float[] scores = [.. CaptionedBars.Describe(ml, both, test).Select(row => row.Score)];
        Assert.IsTrue(scores.Zip(CaptionedBars.Describe(ml, turned, test)).All(pair => Math.Abs(pair.First - pair.Second.Score) < 1e-3));
        Assert.IsTrue(scores.Zip(described).Any(pair => Math.Abs(pair.First - pair.Second.Score) > 1e-3));

        using ShowTellCaptioningTransformer foreign = Trainer(CaptionedBars.Small(epochs: 1)).Fit(CaptionedBars.View(ml, 6, seed: 4));
        Assert.ThrowsExactly<ArgumentException>(() => model.EnsembleWith(foreign));
        Assert.ThrowsExactly<ArgumentException>(() => model.EnsembleWith());
        Assert.ThrowsExactly<ArgumentException>(() => Trainer(CaptionedBars.Small(epochs: 1) with { Network = CaptionedBars.Wide, InitialModel = both }).Fit(CaptionedBars.View(ml, 6, seed: 4)));
    }

    [TestMethod]
    public void TheFrozenEncoderStaysAndIsThenTunedAtItsOwnRate()
    {
        using var first = new SENetNetwork(CaptionedBars.Network.Encoder with { Classes = 4 });
        first.SaveWeights(folder.PathOf("classifier.safetensors"));
        ShowTellCaptioner.Options options = CaptionedBars.Small(epochs: 2) with
        {
            PretrainedWeights = folder.PathOf("classifier.safetensors"), FreezesEncoder = true, Schedule = new LearningRateSchedule.Constant(),
        };
        using ShowTellCaptioningTransformer frozen = Trainer(options).Fit(CaptionedBars.View(ml, 18, seed: 1));
        using ShowTellCaptioningTransformer tuned = Trainer(options with { FineTuningEpochs = 1, FineTuningLearningRate = 1e-9 }).Fit(CaptionedBars.View(ml, 18, seed: 1));
        // Seen image by image, not remembered: a view that changes in every epoch.
        using ShowTellCaptioningTransformer varied = Trainer(options with { Augmentation = ClassificationAugmentation.SmallImages }).Fit(CaptionedBars.View(ml, 18, seed: 1));

        CollectionAssert.AreEqual(new[] { "frozen encoder", "frozen encoder", "fine-tuning" }, tuned.History.Epochs.Select(epoch => epoch.Phase).ToArray());
        Dictionary<string, Tensor> published = first.state_dict();
        foreach (ShowTellCaptioningTransformer model in (ShowTellCaptioningTransformer[])[frozen, varied])
            CollectionAssert.AreEqual(Array.Empty<string>(), Changed(model, published, 0));
        string[] changed = Changed(tuned, published, 1e-6f);
        Assert.Contains("bn1.running_mean", changed, "Batch normalisation follows the images again.");
        Assert.DoesNotContain("conv1.weight", changed, "The rate was next to nothing.");
        Assert.Contains("conv1.weight", Changed(tuned, published, 0));
    }

    private static string[] Changed(ShowTellCaptioningTransformer model, Dictionary<string, Tensor> published, float tolerance) => model.UseNetworks(networks =>
    {
        using DisposeScope scope = NewDisposeScope();
        return networks.state_dict().Where(entry => entry.Key.StartsWith("encoder.") && !entry.Key.EndsWith("num_batches_tracked"))
            .Where(entry => (entry.Value - published[entry.Key["encoder.".Length..]]).abs().max().item<float>() > tolerance)
            .Select(entry => entry.Key["encoder.".Length..]).ToArray();
    });

    [TestMethod]
    public void LearnsAndSpeaksInBFloat16()
    {
        using ShowTellCaptioningTransformer model = Trainer(CaptionedBars.Small(epochs: 2) with
        {
            FreezesEncoder = true, FineTuningEpochs = 3, FineTuningLearningRate = 1e-3, Precision = Precision.BFloat16,
            Inference = new CaptioningOptions { BeamSize = 3, Precision = Precision.BFloat16 },
        }).Fit(CaptionedBars.View(ml, 36, seed: 1));
        Assert.IsLessThan(model.History.Epochs[0].Losses["loss"], model.History.Epochs[^1].Losses["loss"]);
        IDataView test = CaptionedBars.View(ml, 4, seed: 2);
        using ShowTellCaptioningTransformer exact = model.With(model.Options with { Precision = Precision.Float32 });
        CaptionedBars.Picture picture = CaptionedBars.Generate(1, seed: 2)[0];
        Assert.AreEqual(exact.RankCaptions(picture.Image, picture.Caption[..1])[0].LogProbability,
            model.RankCaptions(picture.Image, picture.Caption[..1])[0].LogProbability, 0.3f);
        Assert.IsTrue(CaptionedBars.Describe(ml, model, test).All(row => float.IsFinite(row.Score)));
    }

    [TestMethod]
    public void EveryCaptionOfAnImageIsAPair()
    {
        // One update that changes next to nothing: its loss can be computed again.
        double LossOf(IDataView data) => Trainer(CaptionedBars.Small(epochs: 1) with
        {
            Network = CaptionedBars.Network with { Dropout = 0 }, BatchSize = 18, LearningRate = 1e-12,
            Tokenisation = new() { Kind = TokeniserKind.Words, MinimumCount = 1 },
        }).Fit(data).History.Epochs[0].Losses["loss"];
        CaptionedBars.Picture[] pictures = CaptionedBars.Generate(9, seed: 1);
        CaptionedBars.Picture[] pairs = [.. pictures.SelectMany(picture => picture.Caption.Select(caption => new CaptionedBars.Picture { Image = picture.Image, Caption = [caption] }))];
        Assert.AreEqual(LossOf(ml.Data.LoadFromEnumerable(pairs)), LossOf(ml.Data.LoadFromEnumerable(pictures)), 1e-4);
    }

    [TestMethod]
    public void BadCaptionsAreNamed()
    {
        foreach ((Action<CaptionedBars.Picture> spoil, string reason) in (ReadOnlySpan<(Action<CaptionedBars.Picture>, string)>)
            [(row => row.Image = null!, "It has no image."), (row => row.Caption = [], "It has no caption."), (row => row.Caption = ["a bar.", " "], "Its caption 1 of 2")])
        {
            CaptionedBars.Picture[] rows = CaptionedBars.Generate(9, seed: 1);
            spoil(rows[4]);
            var fault = Assert.ThrowsExactly<InvalidDataException>(() => Trainer(CaptionedBars.Small(epochs: 1)).Fit(ml.Data.LoadFromEnumerable(rows)));
            Assert.StartsWith($"Row 4 of the training data cannot be used: {reason}", fault.Message);
        }
        var rare = Assert.ThrowsExactly<InvalidDataException>(() =>
            Trainer(CaptionedBars.Small(epochs: 1) with { Tokenisation = new() { Kind = TokeniserKind.Words, MinimumCount = 500 } }).Fit(CaptionedBars.View(ml, 9, seed: 1)));
        Assert.Contains("MinimumCount", rare.Message);
    }

    [TestMethod]
    public void StrangeTextIsLearnedAndLongTextIsCutAndTold()
    {
        var told = new List<string>();
        ml.Log += (_, entry) =>
        {
            if (entry.Kind == ChannelMessageKind.Info)
                told.Add(entry.RawMessage);
        };
        CaptionedBars.Picture[] rows = CaptionedBars.Generate(6, seed: 1);
        rows[0].Caption = [string.Join(' ', Enumerable.Repeat("bar", 10_000))];
        rows[1].Caption = ["\u0000\u0007 bar \uD83D half a pair \uDE00", "\u0634\u0631\u064A\u0637 \u0623\u062D\u0645\u0631", "\u7EA2\u8272\u7684\u6761 \uD83D\uDE00"];
        using ShowTellCaptioningTransformer model = Trainer(CaptionedBars.Small(epochs: 1) with { MaximumCaptionLength = 12 }).Fit(ml.Data.LoadFromEnumerable(rows));
        Assert.IsTrue(told.Any(line => line.StartsWith("Of 12 caption sentences, 1 were cut to 12 tokens")), string.Join('\n', told));
        ml.Model.Save(model, null, folder.PathOf("strange.zip"));
        using var loaded = (ShowTellCaptioningTransformer)ml.Model.Load(folder.PathOf("strange.zip"), out _);
        Assert.AreEqual(model.Tokeniser.Count, loaded.Tokeniser.Count);
        ScoredCaption best = model.RankCaptions(rows[0].Image, [rows[1].Caption[1]])[0];
        Assert.AreEqual(best.LogProbability, loaded.RankCaptions(rows[0].Image, [rows[1].Caption[1]])[0].LogProbability, 1e-3f);
    }

    [TestMethod]
    public void FaultsOfTheOptionsAreListedAndDefaultsAreThePapers()
    {
        var fault = Assert.ThrowsExactly<ArgumentException>(() => Trainer(new ShowTellCaptioner.Options
        {
            Network = new() { HiddenSize = 0 }, Tokenisation = new() { MinimumCount = 0 }, Inference = new() { BeamSize = 0 }, Augmentation = new() { MinArea = 0 },
            FreezesEncoder = false, FineTuningEpochs = 1, FineTuningLearningRate = 0, MaximumCaptionLength = 1, ValidationBeamSize = 0,
            Optimiser = (CaptioningOptimiser)9, PretrainedWeights = "missing.pth", Momentum = 1, WeightDecay = -1,
        }));
        foreach (string name in (string[])["Network.HiddenSize", "Tokenisation.MinimumCount", "Inference.BeamSize", "Augmentation.MinArea", "FineTuningEpochs",
            "FineTuningLearningRate", "MaximumCaptionLength", "ValidationBeamSize", "Optimiser", "PretrainedWeights", "Momentum", "WeightDecay"])
            Assert.Contains($"\n  {name}: ", fault.Message);
        var options = new ShowTellCaptioner.Options();
        Assert.AreEqual((512, 512, ShowTellLstm.Paper), (options.Network.EmbeddingSize, options.Network.HiddenSize, options.Network.Lstm));
        Assert.AreEqual((20, 5, true, 0.0), (options.Inference.BeamSize, options.Tokenisation.MinimumCount, options.FreezesEncoder, options.Momentum));
    }

    private ShowTellCaptioner Trainer(ShowTellCaptioner.Options options) => ml.ImageCaptioning.Trainers.ShowTell(options);
}
