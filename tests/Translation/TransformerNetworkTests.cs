using MLNetDeepExtensions.Decoding;
using MLNetDeepExtensions.Text;
using MLNetDeepExtensions.Translation;
using MLNetDeepExtensions.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Tests.Translation;

[TestClass]
public sealed class TransformerNetworkTests
{
    private const int Pad = 0, Start = 1, Vocabulary = 12;

    private static readonly TransformerNetworkOptions Small = new()
    {
        Layers = 2, ModelSize = 16, FeedForwardSize = 32, Heads = 4, SourceVocabulary = Vocabulary, TargetVocabulary = Vocabulary,
    };

    private readonly DisposeScope scope = NewDisposeScope();

    [TestCleanup]
    public void Free() => scope.Dispose();

    public static IEnumerable<object[]> Variations =>
    [
        [Small],
        [Small with { PreNormalisation = true }],
        [Small with { Positions = PositionKind.Learned, MaximumLength = 9 }],
        [Small with { KeySize = 3, ValueSize = 5, Heads = 3, AttentionBiases = false }],
        [Small with { SharedEmbeddings = false, TiedSoftmax = false }],
        [Small with { SharedEmbeddings = false, Heads = 1 }],
    ];

    private static TransformerNetwork New(TransformerNetworkOptions options)
    {
        random.manual_seed(1);
        var network = new TransformerNetwork(options);
        network.eval();
        return network;
    }

    private static PaddedTokens Tokens(params int[][] sentences) => PaddedTokens.Of(sentences, Pad, CPU);

    [TestMethod]
    [DataRow(512, 2048, 8, true, 44_138_496L)]
    [DataRow(512, 2048, 8, false, 44_101_632L)]
    [DataRow(1024, 4096, 16, true, 176_357_376L)]
    public void TheStacksHaveThePapersParameters(int size, int inner, int heads, bool biases, long expected)
    {
        const int Words = 3;
        TransformerNetworkOptions options = (size == 512 ? TransformerNetworkOptions.Base : TransformerNetworkOptions.Big) with
        {
            AttentionBiases = biases, SourceVocabulary = Words, TargetVocabulary = Words,
        };
        Assert.AreEqual((size, inner, heads), (options.ModelSize, options.FeedForwardSize, options.Heads));
        using var network = new TransformerNetwork(options);
        Assert.AreEqual(expected + Words * size, network.parameters().Sum(parameter => parameter.numel()));
    }

    [TestMethod]
    public void PositionsAreThePapersSinesAndCosines()
    {
        float[] first = SinusoidalPositions.Of(1, 1, 512, CPU).Values(), hundredth = SinusoidalPositions.Of(100, 1, 512, CPU).Values();
        TensorGolden.AreClose([0.841471f, 0.540302f, 0.821856f, 0.569695f, 0.801962f, 0.597375f], first[..6], 1e-6);
        TensorGolden.AreClose([0.00010366f, 0.99999999f], first[^2..], 1e-7);
        TensorGolden.AreClose([-0.506366f, 0.862319f, 0.797542f, -0.603263f], hundredth[..4], 1e-6);
        TensorGolden.AreClose([0.841471f, 0.540302f], hundredth[256..258], 1e-6);
        TensorGolden.AreClose([0.841471f, 0.540302f, 0.01f, 0.99995f], SinusoidalPositions.Of(1, 1, 4, CPU).Values(), 1e-6);
        Assert.AreEqual(196.68823, Product(5, 9), 1e-3);
        Assert.AreEqual(Product(5, 9), Product(50, 54), 1e-3, "It depends on the distance alone.");

        static double Product(int a, int b) =>
            (SinusoidalPositions.Of(a, 1, 512, CPU) * SinusoidalPositions.Of(b, 1, 512, CPU)).sum().item<float>();
    }

    [TestMethod]
    [DynamicData(nameof(Variations))]
    public void WhatFollowsDoesNotChangeWhatCameBefore(TransformerNetworkOptions options)
    {
        using TransformerNetwork network = New(options);
        PaddedTokens source = Tokens([4, 5, 6, 2]);
        Tensor one = network.Logits(source, Tokens([Start, 4, 5, 6, 7, 8])), other = network.Logits(source, Tokens([Start, 4, 5, 6, 9, 8]));
        float[] differences = (one - other).abs().amax([1]).Values();
        CollectionAssert.AreEqual(new float[4], differences[..4]);
        Assert.IsGreaterThan(1e-3f, differences[4]);
        Assert.IsGreaterThan(1e-3f, differences[5]);
    }

    [TestMethod]
    [DynamicData(nameof(Variations))]
    public void PaddingChangesNothing(TransformerNetworkOptions options)
    {
        using TransformerNetwork network = New(options);
        int[] source = [4, 5, 2], target = [Start, 6, 7];
        Tensor alone = network.Logits(Tokens(source), Tokens(target));
        Tensor padded = network.Logits(Tokens([9, 8, 7, 6, 5, 4, 2], source), Tokens([Start, 3, 4, 5, 6], target));
        Assert.AreEqual(5 + 3, padded.shape[0], "Only real positions are predicted from.");
        TensorGolden.AreClose(alone.Values(), padded[5..].Values(), 1e-5);
        Tensor alignment = network.Alignment(Tokens([9, 8, 7, 6, 5, 4, 2], source), Tokens([Start, 3, 4, 5, 6], target));
        TensorGolden.AreClose(network.Alignment(Tokens(source), Tokens(target)).Values(), alignment[1, ..3, ..3].Values(), 1e-5);
        Assert.AreEqual(0f, alignment[1, .., 3..].abs().max().item<float>());
        TensorGolden.AreClose([.. Enumerable.Repeat(1f, 10)], alignment.sum(2).Values(), 1e-5);
    }

    [TestMethod]
    [DynamicData(nameof(Variations))]
    public void DecodingTokenByTokenEqualsDecodingAtOnce(TransformerNetworkOptions options)
    {
        using TransformerNetwork network = New(options);
        PaddedTokens source = Tokens([4, 5, 6, 7, 2], [8, 2], [9, 10, 11, 2]);
        int[][] targets = [[Start, 4, 5, 6], [Start, 7, 8, 9], [Start, 10, 11, 3]];
        using IStepDecoder decoder = network.StartDecoding(source);
        // After the first step each sentence has two rows, then the second sentence leaves, then the rows of the others change places.
        Compare(network, source, decoder, [0, 1, 2], targets, step: 0);
        decoder.Select(new RowSelection([0, 0, 1, 1, 2, 2], null, 2));
        Compare(network, source, decoder, [0, 0, 1, 1, 2, 2], targets, step: 1);
        decoder.Select(new RowSelection([1, 0, 4, 5], [0, 2], 2));
        Compare(network, source, decoder, [0, 0, 2, 2], targets, step: 2);
        decoder.Select(new RowSelection([3, 2], [1], 2));
        Compare(network, source, decoder, [2, 2], targets, step: 3);
    }

    private static void Compare(TransformerNetwork network, PaddedTokens source, IStepDecoder decoder, int[] sentences, int[][] targets, int step)
    {
        float[] incremental = decoder.Step(tensor([.. sentences.Select(sentence => (long)targets[sentence][step])])).Values();
        Tensor whole = network.Logits(source, Tokens([.. targets.Select(target => target[..(step + 1)])])).view(3, step + 1, -1);
        float[] expected = [.. sentences.SelectMany(sentence => whole[sentence, step].Values())];
        TensorGolden.AreClose(expected, incremental, 1e-4);
    }

    [TestMethod]
    public void BeamOneIsGreedySearch()
    {
        using TransformerNetwork network = New(Small);
        PaddedTokens source = Tokens([4, 5, 6, 7, 2]);
        var special = new SpecialTokens(Pad, Start, 2, 3);
        using IStepDecoder decoder = network.StartDecoding(source);
        int[] found = [.. new BeamSearch(new BeamSearchOptions { BeamSize = 1, MaximumLengthOffset = 3 }, special).Run(decoder, source.Lengths)[0][0].Tokens];
        List<int> written = [Start];
        while (written.Count <= 8)
        {
            float[] scores = network.Logits(source, Tokens([.. written]))[^1].Values();
            scores[Pad] = scores[Start] = scores[3] = float.NegativeInfinity;
            int best = Array.IndexOf(scores, scores.Max());
            if (best == 2)
                break;
            written.Add(best);
        }
        CollectionAssert.AreEqual(written.Skip(1).ToArray(), found);
    }

    [TestMethod]
    [DynamicData(nameof(Variations))]
    public void EveryParameterLearns(TransformerNetworkOptions options)
    {
        using TransformerNetwork network = New(options);
        network.train();
        int[] all = [.. Enumerable.Range(4, 8)];
        Tensor logits = network.Logits(Tokens([.. all, 2]), Tokens([Start, .. all]));
        nn.functional.cross_entropy(logits, tensor([.. all.Append(2).Select(token => (long)token)])).backward();
        foreach ((string name, var parameter) in network.named_parameters())
            Assert.IsTrue(parameter.grad is { } gradient && gradient.abs().sum().item<float>() > 0 || name.EndsWith("k_proj.bias"), name);
    }

    [TestMethod]
    public void TheSharedEmbeddingIsSavedOnceAndStaysShared()
    {
        using TransformerNetwork network = New(Small), loaded = New(Small with { Dropout = 0 });
        Assert.AreEqual("encoder.embed_tokens.weight", network.state_dict().Keys.Single(name => name.Contains("embed")));
        var stream = new MemoryStream();
        network.SaveWeights(stream);
        stream.Position = 0;
        using (var source = new SafetensorsReader(stream))
            loaded.LoadWeights(source);
        Tensor before = loaded.Logits(Tokens([4, 2]), Tokens([Start, 5])).clone();
        TensorGolden.AreClose(network.Logits(Tokens([4, 2]), Tokens([Start, 5])).Values(), before.Values(), 0);
        using (no_grad())
            loaded.get_parameter("encoder.embed_tokens.weight")![9].mul_(3);
        Tensor change = (loaded.Logits(Tokens([4, 2]), Tokens([Start, 5])) - before).abs();
        Assert.AreEqual(0f, change[.., ..9].max().item<float>(), "A token that is not there changes no other.");
        Assert.IsGreaterThan(0.1f, change[.., 9].max().item<float>(), "The softmax has the changed row.");
        using (no_grad())
            loaded.get_parameter("encoder.embed_tokens.weight")![5].mul_(3);
        Assert.IsGreaterThan(1e-3f, (loaded.Logits(Tokens([4, 2]), Tokens([Start, 5])) - before)[1, 4].abs().item<float>(), "The decoder reads it.");
    }

    [TestMethod]
    [DataRow("post", false)]
    [DataRow("pre", true)]
    public void TheLayersAreThoseOfTorch(string key, bool preNormalisation)
    {
        var options = Small with { PreNormalisation = preNormalisation };
        using var encoder = new TransformerEncoder(options);
        using var decoder = new TransformerDecoder(options);
        TorchTransformer.Fill(encoder, options);
        TorchTransformer.Fill(decoder, options);
        Tensor mask = tensor(new[] { true, true, true, true, true, true, true, true, true, true, true, false, false, false }).view(2, 1, 1, 7);
        Tensor memory = encoder.Layers.Aggregate(Formula.Uniform("source", 2, 7, 16), (x, layer) => layer.Run(x, mask));
        Tensor target = decoder.Layers.Aggregate(Formula.Uniform("target", 2, 5, 16), (x, layer) => layer.Run(x, layer.RememberSource(memory), mask));
        var golden = TensorGolden.Read("translation/transformer.json").GetProperty(key);
        TensorGolden.AreClose(golden.GetProperty("memory").Floats(), memory[0].Values(), 2e-5);
        TensorGolden.AreClose(golden.GetProperty("paddedMemory").Floats(), memory[1, ..4].contiguous().Values(), 2e-5);
        TensorGolden.AreClose(golden.GetProperty("target").Floats(), target.Values(), 2e-5);
    }
}
