using System.Text.Json;
using MLNetDeepExtensions.ImageGeneration;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Tests.ImageGeneration;

[TestClass]
public sealed class ImageTransformerNetworkTests
{
    private readonly DisposeScope scope = NewDisposeScope();

    [TestCleanup]
    public void Free() => scope.Dispose();

    [TestMethod]
    public void ParametersAreAsManyAsPublished()
    {
        Assert.AreEqual(38_328_576, Parameters(new()));
        Assert.AreEqual(7_391_744, Parameters(new() { Output = PixelOutput.LogisticMixture, Layers = 14, Width = 256, FeedForwardWidth = 512, Heads = 8 }));
    }

    [TestMethod]
    [DynamicData(nameof(SmallImageTransformers.Names), typeof(SmallImageTransformers))]
    public void OutputsEqualThoseOfFullMaskedAttentionInPyTorch(string name)
    {
        JsonElement golden = TensorGolden.Read("image-transformer/networks.json").GetProperty(name);
        using var net = SmallImageTransformers.Filled(name);
        string[] keys = [.. golden.GetProperty("keys").EnumerateArray().Select(key => key.GetString()!)];
        CollectionAssert.AreEquivalent(keys, TensorGolden.Keys(net));
        using var constant = no_grad();
        Tensor images = SmallImageTransformers.Images(name);
        ImageCondition condition = SmallImageTransformers.Condition(name);
        TensorGolden.AreClose(golden.GetProperty("output"), net.call(images, condition), 2e-4);
        TensorGolden.AreClose(golden.GetProperty("log_probability").Floats(), net.LogProbability(images, condition).Values(), 0.2);
    }

    [TestMethod]
    public void AModelThatKnowsNothingNeedsEightBitsForEachByte()
    {
        using var net = new ImageTransformerNetwork(SmallImageTransformers.Options("categorical_1d"));
        using var constant = no_grad();
        foreach (Tensor parameter in net.parameters())
            parameter.zero_();
        Tensor images = SmallImageTransformers.Images("categorical_1d");
        Assert.AreEqual(8, BitsPerDimension.Of(net.LogProbability(images, ImageCondition.None), 192).mean().item<float>(), 1e-4);
    }

    [TestMethod]
    [DynamicData(nameof(SmallImageTransformers.Names), typeof(SmallImageTransformers))]
    public void AByteChangesOnlyWhatComesAfterIt(string name)
    {
        using var net = SmallImageTransformers.Filled(name);
        using var constant = no_grad();
        ImageCondition condition = SmallImageTransformers.Condition(name, 1);
        Tensor values_1Tc = net.InOrder(SmallImageTransformers.Images(name)[..1]);
        Tensor before = net.Parameters(values_1Tc, condition);
        for (int position = 0; position < net.Grid.Positions; position += 3)
        {
            using var inner = NewDisposeScope();
            Tensor changed = values_1Tc.clone();
            changed[0, position] = (changed[0, position] + 100) % 256;
            Tensor moved_T = (net.Parameters(changed, condition) - before).abs().amax([0, 2]);
            Assert.AreEqual(0, moved_T[..(position + 1)].amax([0]).item<float>(), $"position {position}: the past");
            if (position + 1 < net.Grid.Positions)
                Assert.IsGreaterThan(0, moved_T[position + 1].item<float>(), $"position {position}: what comes next");
        }
    }

    [TestMethod]
    [DynamicData(nameof(SmallImageTransformers.Names), typeof(SmallImageTransformers))]
    public void EveryParameterGetsAGradient(string name)
    {
        manual_seed(1);
        using var net = new ImageTransformerNetwork(SmallImageTransformers.Options(name));
        Tensor images = ((rand(8, net.Options.Channels, 8, 8) * 256).to(int64));
        var condition = new ImageCondition(
            net.Options.Classes > 0 ? arange(8, int64).remainder(net.Options.Classes) : null,
            net.Options.SuperResolution is null ? null : (rand(8, net.Options.Channels, net.Options.SourceSize, net.Options.SourceSize) * 256).to(int64));
        (-net.LogProbability(images, condition).mean()).backward();
        foreach (var (parameter, value) in net.named_parameters())
            Assert.IsGreaterThan(0f, value.grad?.abs().sum().item<float>() ?? 0, parameter);
    }

    [TestMethod]
    [DataRow("categorical_1d", 120, 4.5)]
    [DataRow("mixture_2d_grey", 240, 6.5)]
    public void AnImageCanBeLearnedByHeart(string name, int steps, double expected)
    {
        manual_seed(1);
        using var net = new ImageTransformerNetwork(SmallImageTransformers.Options(name) with { Width = 32, FeedForwardWidth = 64, Dropout = 0 });
        using var optimiser = optim.Adam(net.parameters(), 3e-3);
        Tensor image = SmallImageTransformers.Images(name)[..1];
        int bytes = (int)image.numel();
        var history = new List<double>();
        for (int step = 0; step < steps; step++)
        {
            using var inner = NewDisposeScope();
            optimiser.zero_grad();
            Tensor bits = BitsPerDimension.Of(net.LogProbability(image, ImageCondition.None), bytes).mean();
            bits.backward();
            optimiser.step();
            history.Add(bits.item<float>());
        }
        Assert.IsGreaterThan(7.5, history[0], "an untrained network knows nothing");
        Assert.IsLessThan(expected, history[^1], string.Join(' ', history.Where((_, step) => step % 10 == 0)));
    }

    [TestMethod]
    public void ItComputesInBFloat16()
    {
        using var net = SmallImageTransformers.Filled("mixture_1d");
        using var constant = no_grad();
        Tensor images = SmallImageTransformers.Images("mixture_1d");
        Tensor before = net.call(images, ImageCondition.None);
        foreach (var layer in net.modules().OfType<TorchSharp.Modules.Linear>())
            layer.to(ScalarType.BFloat16);
        Tensor mixed = net.call(images, ImageCondition.None);
        Assert.AreEqual(ScalarType.Float32, mixed.dtype);
        Assert.IsLessThan(0.1f * before.abs().max().item<float>(), (mixed - before).abs().max().item<float>());
        net.to(ScalarType.BFloat16);
        Tensor all = net.call(images, ImageCondition.None);
        Assert.AreEqual(ScalarType.Float32, all.dtype);
        Assert.IsLessThan(0.1f * before.abs().max().item<float>(), (all - before).abs().max().item<float>());
    }

    [TestMethod]
    public void OptionsSurviveJson()
    {
        foreach (string name in SmallImageTransformers.All)
        {
            string json = JsonSerializer.Serialize(SmallImageTransformers.Options(name));
            Assert.AreEqual(json, JsonSerializer.Serialize(JsonSerializer.Deserialize<ImageTransformerNetworkOptions>(json)));
        }
    }

    [TestMethod]
    public void AllFaultsAreToldAtOnce()
    {
        var wrong = new ImageTransformerNetworkOptions
        {
            ImageSize = 30, Channels = 2, Output = (PixelOutput)7, Positions = (PositionEncoding)7, Layers = 0, Width = 6, Heads = 4, Dropout = 1, Classes = -1,
            Mixtures = 0, FeedForwardWidth = 0, KeyWidth = 9, SuperResolution = new() { Factor = 4, EncoderLayers = 0, Radius = -1 },
            Attention = new LocalAttention.OneDimensional { QueryLength = 0, MemoryLength = -1 },
        };
        string[] names = ["Channels", "Output", "Positions", "Attention.QueryLength", "Attention.MemoryLength", "Mixtures", "Layers", "FeedForwardWidth",
            "Width", "KeyWidth", "Dropout", "Classes", "SuperResolution.Factor", "SuperResolution.EncoderLayers", "SuperResolution.Radius"];
        CollectionAssert.AreEqual(names, wrong.Faults().Select(fault => fault[..fault.IndexOf(':')]).ToArray());
        Assert.IsEmpty(new ImageTransformerNetworkOptions().Faults());
        var exception = Assert.ThrowsExactly<ArgumentException>(() => new ImageTransformerNetwork(new() { ImageSize = 2 }));
        Assert.AreEqual("ImageTransformerNetworkOptions is not valid:\n  ImageSize: expected 4 to 256 pixels, got 2.", exception.Message);
    }

    [TestMethod]
    public void WhatDoesNotFitIsRefused()
    {
        using var net = new ImageTransformerNetwork(SmallImageTransformers.Options("super_resolution_mixture"));
        Tensor images = SmallImageTransformers.Images("super_resolution_mixture");
        ImageCondition condition = SmallImageTransformers.Condition("super_resolution_mixture");
        var exception = Assert.ThrowsExactly<ArgumentException>(() => net.call(images[.., .., .., ..7], condition));
        Assert.AreEqual("pixels_NCHW: expected Int64 [N, 3, 8, 8] with values 0 to 255, got Int64 [2, 3, 8, 7].", exception.Message);
        Assert.ThrowsExactly<ArgumentException>(() => net.call(images, condition with { Classes_N = null }));
        Assert.ThrowsExactly<ArgumentException>(() => net.call(images, condition with { Sources_NChw = null }));
        Assert.ThrowsExactly<ArgumentException>(() => net.call(images, condition with { Sources_NChw = images }));
    }

    [TestMethod]
    [DynamicData(nameof(SmallImageTransformers.Names), typeof(SmallImageTransformers))]
    public void NothingIsLeftAfterAForwardPass(string name)
    {
        using var net = SmallImageTransformers.Filled(name);
        Tensor images = SmallImageTransformers.Images(name);
        ImageCondition condition = SmallImageTransformers.Condition(name);
        net.LogProbability(images, condition).Dispose();
        long before = Tensor.TotalCount;
        net.LogProbability(images, condition).Dispose();
        Assert.AreEqual(before, Tensor.TotalCount);
    }

    private static long Parameters(ImageTransformerNetworkOptions options)
    {
        using var net = new ImageTransformerNetwork(options);
        return net.parameters().Sum(p => p.numel());
    }
}
