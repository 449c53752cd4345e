using System.Text.Json;
using MLNetDeepExtensions.Captioning;
using MLNetDeepExtensions.Classification;
using MLNetDeepExtensions.Decoding;
using MLNetDeepExtensions.Text;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Tests.Captioning;

[TestClass]
[DoNotParallelize]
public sealed class ShowTellNetworkTests
{
    private const int Words = 11;
    private static readonly ShowTellNetworkOptions Small = CaptionedBars.Network with { VocabularySize = Words, EmbeddingSize = 6, HiddenSize = 5 };

    // As in golden/captioning/make_golden.py.
    private static readonly int[][] Captions = [[4, 7, 5, 2], [9, 4, 4, 2], [10, 6, 2, 2]];

    private readonly DisposeScope scope = NewDisposeScope();

    [TestCleanup]
    public void Free() => scope.Dispose();

    [TestMethod]
    [DataRow(ShowTellLstm.Im2Txt, 15_447_776L)]
    [DataRow(ShowTellLstm.Paper, 15_447_776L - 2048)]
    public void ParametersAreAsManyAsPublished(ShowTellLstm variant, long expected)
    {
        // ResNet-50's features are as wide as Inception-v3's.
        using var network = new ShowTellNetwork(new()
        {
            Encoder = new() { Architecture = SENetArchitecture.ResNet50 }, VocabularySize = 12_000, Lstm = variant,
        });
        Assert.AreEqual(expected, network.named_parameters().Where(entry => !entry.name.StartsWith("encoder.")).Sum(entry => entry.parameter.numel()));
    }

    [TestMethod]
    [DataRow(ShowTellLstm.Paper)]
    [DataRow(ShowTellLstm.Im2Txt)]
    public void StepsAreThoseOfPyTorch(ShowTellLstm variant)
    {
        JsonElement golden = TensorGolden.Read("captioning/show_tell.json").GetProperty($"{variant}");
        using var constant = no_grad();
        using var layer = Formula.Fill(new LstmLayer(6, 5, variant));
        TensorGolden.AreClose(golden.GetProperty("lstm"), layer.Unroll(Formula.Uniform("inputs", 7, 3, 6)), 1e-5);
        using var network = Formula.Fill(new ShowTellNetwork(Small with { Lstm = variant }));
        Tensor words = tensor(new long[] { 1, 4, 7, 5, 1, 9, 4, 4, 1, 10, 6, 2 }, [3, 4]);
        Tensor logits = network.Logits(network.States(network.Project(Formula.Uniform("features", 3, 256)), words));
        TensorGolden.AreClose(golden.GetProperty("logits"), logits, 1e-4);
    }

    [TestMethod]
    public void TheImageIsReadOnceBeforeTheFirstWord()
    {
        using var constant = no_grad();
        using var network = Formula.Fill(new ShowTellNetwork(Small));
        Tensor words = tensor(new long[] { 1, 4, 7, 1, 4, 7 }, [2, 3]), images = Formula.Images(2, 32);
        Tensor logits = network.call(images, words);
        Assert.IsGreaterThan(0.01f, (logits[0, 0] - logits[1, 0]).abs().max().item<float>(), "Two images, one first word.");
        TensorGolden.AreClose(network.call(images, words[.., ..2]).Values(), logits[.., ..2].contiguous().Values(), 1e-5);

        network.get_parameter("projection.weight")!.zero_();
        Tensor blind = network.call(images, words);
        Tensor unconditional = network.Logits(network.States(zeros(2, 6), words));
        TensorGolden.AreClose(unconditional.Values(), blind.Values(), 1e-6);
        TensorGolden.AreClose(blind[0].Values(), blind[1].Values(), 1e-6);
    }

    [TestMethod]
    [DataRow(ShowTellLstm.Paper)]
    [DataRow(ShowTellLstm.Im2Txt)]
    public void WordByWordIsTheSameAsAllAtOnce(ShowTellLstm variant)
    {
        using var constant = no_grad();
        using var network = Formula.Fill(new ShowTellNetwork(Small with { Lstm = variant }));
        Tensor images = network.Project(network.Features(Formula.Images(2, 32)));
        long[,] words = { { 1, 4, 7, 5 }, { 1, 9, 4, 4 }, { 1, 9, 4, 2 } };
        Tensor whole = network.Logits(network.States(images.index_select(0, tensor(new long[] { 1, 0, 1 })), tensor(words)));

        // Both images begin; then the second one splits, and the rows change places.
        using var decoder = new ShowTellDecoder(network, images);
        Tensor first = decoder.Step(tensor(new long[] { 1, 1 }));
        TensorGolden.AreClose(whole[.., 0].contiguous().Values(), first.index_select(0, tensor(new long[] { 1, 0, 1 })).Values(), 1e-4);
        decoder.Select(new RowSelection([1, 0, 1], null, 1));
        for (int t = 1; t < 4; t++)
        {
            Tensor step = decoder.Step(tensor(new[] { words[0, t], words[1, t], words[2, t] }));
            TensorGolden.AreClose(whole[.., t].contiguous().Values(), step.Values(), 1e-4);
        }
    }

    [TestMethod]
    public void NoTensorOfADecoderIsLeftBehind()
    {
        using var network = Formula.Fill(new ShowTellNetwork(Small));
        void Search()
        {
            using var mode = inference_mode();
            using DisposeScope inner = NewDisposeScope();
            using var decoder = new ShowTellDecoder(network, network.Project(network.Features(Formula.Images(2, 32))));
            new BeamSearch(new CaptioningOptions { BeamSize = 3 }.Search(2), SpecialTokens.First).Run(decoder, [0, 0]);
        }
        Search();
        long before = Tensor.TotalCount;
        Search();
        Assert.AreEqual(before, Tensor.TotalCount);
    }

    [TestMethod]
    public void AnUntrainedNetworkFindsAllWordsAlike()
    {
        manual_seed(1);
        using var network = new ShowTellNetwork(Small with { VocabularySize = 12_000, EmbeddingSize = 64, HiddenSize = 64 });
        network.eval();
        using var tokens = Tokens([[.. Enumerable.Range(100, 15), 2]]);
        Assert.AreEqual(Math.Log(12_000), ShowTellLoss.Of(network, network.Project(network.Features(Formula.Images(1, 32))), tokens).item<float>(), 0.05);
    }

    [TestMethod]
    public void TheLossCountsWordsAndEndsAndNothingElse()
    {
        using var network = Formula.Fill(new ShowTellNetwork(Small));
        Tensor images = network.Project(network.Features(Formula.Images(3, 32)));
        using CaptionTokens all = Tokens(Captions), first = Tokens([Captions[0]]), longer = Tokens([[5, 2], .. Captions, [.. Enumerable.Repeat(6, 20), 2]]);
        CollectionAssert.AreEqual(new long[] { 1, 4, 7, 5 }, all.Words_PT[0].data<long>().ToArray());
        CollectionAssert.AreEqual(new long[] { 4, 7, 5, 2 }, all.Targets_PT[0].data<long>().ToArray());
        Assert.AreEqual(0L, all.Targets_PT.eq(SpecialTokens.First.Start).sum().item<long>());

        Tensor logP = nn.functional.log_softmax(network.call(Formula.Images(3, 32), all.Words_PT), 2);
        float[] expected = [.. Captions.Select((caption, row) => caption.Select((word, t) => logP[row, t, word].item<float>()).Sum())];
        TensorGolden.AreClose(expected, Sums(network, images, all), 1e-4);
        Assert.AreEqual(-expected.Sum() / 12, ShowTellLoss.Of(network, images, all).item<float>(), 1e-5);
        // Beside longer captions, and of an image with several.
        Assert.AreEqual(expected[0], Sums(network, images, first)[0], 1e-4);
        Tensor shifted = cat([images[..1], images, images[..1]], 0);
        TensorGolden.AreClose(expected, Sums(network, shifted, longer)[1..4], 1e-4);
        using var together = CaptionTokens.Of([[Captions[0], Captions[1]], [Captions[2]]], SpecialTokens.First, CPU);
        CollectionAssert.AreEqual(new long[] { 0, 0, 1 }, together.Images_P.data<long>().ToArray());
        Assert.AreEqual(expected[0], Sums(network, images, together)[0], 1e-4);
    }

    [TestMethod]
    [DataRow(ShowTellLstm.Paper)]
    [DataRow(ShowTellLstm.Im2Txt)]
    public void EveryParameterGetsAGradientUnlessTheEncoderIsFrozen(ShowTellLstm variant)
    {
        manual_seed(1);
        using var network = new ShowTellNetwork(Small with { Lstm = variant, Dropout = 0 });
        using CaptionTokens tokens = Tokens([[.. Enumerable.Range(3, 8), 2], .. Captions[1..]]);
        foreach (bool frozen in (bool[])[false, true])
        {
            network.FreezeEncoder(frozen);
            network.train();
            network.zero_grad();
            Dictionary<string, Tensor> before = network.state_dict().ToDictionary(entry => entry.Key, entry => entry.Value.clone());
            ShowTellLoss.Of(network, network.Project(network.Features(Formula.Images(3, 32))), tokens).backward();
            foreach (var (name, parameter) in network.named_parameters())
                Assert.AreEqual(!(frozen && name.StartsWith("encoder.")), (parameter.grad?.abs().sum().item<float>() ?? 0) > 0, name);
            Assert.AreEqual(frozen, network.state_dict()["encoder.bn1.running_mean"].equal(before["encoder.bn1.running_mean"]).all().item<bool>());
        }
    }

    [TestMethod]
    public void TheMeanOfProbabilitiesIsWhatAnEnsembleSays()
    {
        using var constant = no_grad();
        ShowTellNetwork[] networks = [Formula.Fill(new ShowTellNetwork(Small)), Formula.Fill(new ShowTellNetwork(Small), ("", 0.7))];
        using var ensemble = new ShowTellEnsemble(networks);
        IReadOnlyList<Tensor> images = ensemble.Project(side => Formula.Images(3, side));
        using CaptionTokens tokens = Tokens(Captions);
        Tensor[] p = [.. networks.Zip(images, (network, image) => ShowTellLoss.WordLogProbabilities(network, image, tokens).exp())];
        float[] expected = ShowTellLoss.SumOfCaptions(((p[0] + p[1]) / 2).log(), tokens).Values();
        TensorGolden.AreClose(expected, ensemble.LogProbabilities(images, tokens).Values(), 1e-4);

        using IStepDecoder decoder = ensemble.Decoder(images);
        Tensor first = decoder.Step(tensor(new long[] { 1, 1, 1 }));
        Assert.AreEqual(Math.Log((p[0][0] + p[1][0]).item<float>() / 2), first[0, 4].item<float>(), 1e-4);
    }

    [TestMethod]
    public void OptionsSurviveJsonAndFaultsAreToldAtOnce()
    {
        string json = JsonSerializer.Serialize(Small);
        Assert.AreEqual(json, JsonSerializer.Serialize(JsonSerializer.Deserialize<ShowTellNetworkOptions>(json)));
        var wrong = new ShowTellNetworkOptions
        {
            Encoder = new() { ImageSize = 8 }, VocabularySize = -1, EmbeddingSize = 0, HiddenSize = 0, Lstm = (ShowTellLstm)7, Dropout = 1,
        };
        foreach (string name in (string[])["Encoder.ImageSize", "VocabularySize", "EmbeddingSize", "HiddenSize", "Lstm", "Dropout"])
            Assert.IsTrue(wrong.Faults().Any(fault => fault.StartsWith(name + ":")), name);
        Assert.ThrowsExactly<ArgumentException>(() => new ShowTellNetwork(new()));
        using var network = new ShowTellNetwork(Small);
        Assert.ThrowsExactly<ArgumentException>(() => network.Features(zeros(1, 3, 16, 16)));
        var options = new CaptioningOptions { BeamSize = 0, LengthNormalisation = -1, MaximumLength = 0, Candidates = 0, BatchSize = 0, CropFraction = 0 };
        foreach (string name in (string[])["BeamSize", "LengthNormalisation", "MaximumLength", "Candidates", "BatchSize", "CropFraction"])
            Assert.IsTrue(options.Faults().Any(fault => fault.StartsWith(name + ":")), name);
    }

    private static CaptionTokens Tokens(IEnumerable<int[]> captions) =>
        CaptionTokens.Of(captions.Select(caption => new[] { caption }), SpecialTokens.First, CPU);

    private static float[] Sums(ShowTellNetwork network, Tensor images, CaptionTokens tokens) =>
        ShowTellLoss.SumOfCaptions(ShowTellLoss.WordLogProbabilities(network, images, tokens), tokens).Values();
}
