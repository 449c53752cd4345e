using System.Text.Json;
using MLNetDeepExtensions.Blocks;
using MLNetDeepExtensions.ImageGeneration;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Tests.ImageGeneration;

[TestClass]
public sealed class SelfAttentionGanNetworkTests
{
    /// <summary>The network of golden/sagan.</summary>
    private static readonly SelfAttentionGanNetworkOptions Small = new()
    {
        ImageSize = 32, Channels = 1, NoiseSize = 12, GeneratorChannels = [32, 24, 16, 8], DiscriminatorChannels = [16, 32, 32, 48],
        DiscriminatorHalvings = 3, AttentionSize = 16,
    };

    private readonly DisposeScope scope = NewDisposeScope();

    [TestCleanup]
    public void Free() => scope.Dispose();

    [TestMethod]
    [DataRow(128, 1000, 32, 42_078_852L, 39_463_618L)]
    [DataRow(64, 200, 32, 13_387_396L, 19_752_642L)]
    [DataRow(32, 10, 16, 4_386_308L, 1_075_586L)]
    public void ParametersAreAsManyAsTheAuthors(int side, int classes, int attention, long inGenerator, long inDiscriminator)
    {
        var options = new SelfAttentionGanNetworkOptions { ImageSize = side, Classes = classes, AttentionSize = attention };
        using (var generator = new SelfAttentionGenerator(options))
            Assert.AreEqual(inGenerator, generator.parameters().Sum(parameter => parameter.numel()));
        using var discriminator = new ProjectionDiscriminator(options);
        Assert.AreEqual(inDiscriminator, discriminator.parameters().Sum(parameter => parameter.numel()));
    }

    [TestMethod]
    [DataRow(3, "conditional")]
    [DataRow(0, "unconditional")]
    public void TheNetworksComputeWhatTheAuthorsDo(int classes, string name)
    {
        JsonElement golden = TensorGolden.Read("sagan/networks.json").GetProperty(name);
        using var generator = Formula.Fill(new SelfAttentionGenerator(Small with { Classes = classes }), ("non_local.gamma", 20));
        using var discriminator = Formula.Fill(new ProjectionDiscriminator(Small with { Classes = classes }), ("non_local.gamma", 20));
        Tensor noise = Formula.Uniform("noise", 4, 12), real = Formula.Uniform("real", 4, 1, 32, 32);
        Tensor? labels = classes > 0 ? tensor(new long[] { 0, 2, 1, 2 }) : null;
        generator.train();
        discriminator.train();
        var (images, attention) = generator.WithAttention(noise, labels);
        TensorGolden.AreClose(golden.GetProperty("training"), images, 2e-5);
        TensorGolden.AreClose(golden.GetProperty("attention"), attention!, 1e-6);
        Tensor logits = discriminator.call(cat([real, images]), labels is null ? null : cat([labels, labels]));
        TensorGolden.AreClose(golden.GetProperty("logits").Floats(), logits.Values(), 2e-4);
        Tensor loss = HingeLoss.OfDiscriminator(logits[..4], logits[4..]);
        Assert.AreEqual(golden.GetProperty("loss").GetDouble(), loss.item<float>(), 1e-4);
        loss.backward();
        foreach (JsonProperty gradient in golden.GetProperty("gradients").EnumerateObject())
        {
            var (owner, rest) = (gradient.Name.Split('.', 2)[0], gradient.Name.Split('.', 2)[1]);
            TensorGolden.AreClose(gradient.Value, (owner == "generator" ? generator.get_parameter(rest) : discriminator.get_parameter(rest))!.grad!, 5e-4);
        }
        generator.eval();
        discriminator.eval();
        using var constant = no_grad();
        Tensor evaluated = generator.call(noise, labels);
        TensorGolden.AreClose(golden.GetProperty("evaluation"), evaluated, 2e-5);
        TensorGolden.AreClose(golden.GetProperty("evaluation logits").Floats(), discriminator.call(evaluated, labels).Values(), 2e-4);
        string[] keys = [.. generator.state_dict().Keys.Select(key => $"generator.{key}"), .. discriminator.state_dict().Keys.Select(key => $"discriminator.{key}")];
        CollectionAssert.AreEquivalent(golden.GetProperty("keys").EnumerateArray().Select(key => key.GetString()).ToArray(), keys);
    }

    [TestMethod]
    public void HingeLossesAreAsWorkedByHand()
    {
        Tensor real = tensor(new float[] { 1.5f, .3f, -.4f }, requires_grad: true), generated = tensor(new float[] { -2f, -.5f, .8f }, requires_grad: true);
        Tensor loss = HingeLoss.OfDiscriminator(real, generated);
        Assert.AreEqual(1.466667, loss.item<float>(), 1e-6);
        Assert.AreEqual(0.566667, HingeLoss.OfGenerator(generated).item<float>(), 1e-6);
        Assert.AreEqual(2, HingeLoss.OfDiscriminator(zeros(3), zeros(3)).item<float>());
        loss.backward();
        TensorGolden.AreClose([0, -1f / 3, -1f / 3], real.grad!.Values(), 1e-6);
        TensorGolden.AreClose([0, 1f / 3, 1f / 3], generated.grad!.Values(), 1e-6);
    }

    [TestMethod]
    public void EveryParameterGetsAGradient()
    {
        using var generator = Formula.Fill(new SelfAttentionGenerator(Small with { Classes = 2 }));
        using var discriminator = Formula.Fill(new ProjectionDiscriminator(Small with { Classes = 2 }));
        generator.train();
        discriminator.train();
        Tensor classes = tensor(new long[] { 0, 1, 1 });
        HingeLoss.OfGenerator(discriminator.call(generator.call(Formula.Uniform("noise", 3, 12), classes), classes)).backward();
        foreach (var (name, parameter) in generator.named_parameters().Concat(discriminator.named_parameters()))
            Assert.IsTrue(parameter.grad is { } gradient && gradient.abs().max().item<float>() > 0, name);
    }

    [TestMethod]
    public void PreparedForInferenceTheGeneratorGivesTheSameImagesOneByOne()
    {
        using var generator = Formula.Fill(new SelfAttentionGenerator(Small with { Classes = 3 }), ("non_local.gamma", 20));
        using var constant = no_grad();
        Tensor noise = Formula.Uniform("noise", 4, 12), classes = tensor(new long[] { 0, 1, 2, 1 });
        generator.Settle([(noise, classes), (noise * 2, classes)]);
        float[] before = generator.call(noise, classes).Values();
        InferencePreparation.Prepare(generator);
        TensorGolden.AreClose(before, generator.call(noise, classes).Values(), 1e-5);
        TensorGolden.AreClose(before, cat([.. Enumerable.Range(0, 4).Select(i => generator.call(noise[i..(i + 1)], classes[i..(i + 1)]))]).Values(), 1e-5);
    }

    /// <summary>Of the first normalisation, which only a dense layer stands before.</summary>
    [TestMethod]
    public void SettlingTakesTheMeanOfTheBatchesStatistics()
    {
        using var generator = Formula.Fill(new SelfAttentionGenerator(Small));
        Tensor some = Formula.Uniform("some", 8, 12), others = Formula.Uniform("others", 8, 12) * 3;
        float[] Mean(params Tensor[] batches)
        {
            generator.Settle(batches.Select(noise => (noise, (Tensor?)null)));
            return generator.get_buffer("block1.cbn_0.running_mean")!.Values();
        }
        Mean([.. Enumerable.Repeat(some, 40)]);
        float[] ofSome = Mean(some), ofOthers = Mean(others);
        Assert.IsGreaterThan(0.05, ofSome.Zip(ofOthers, (one, other) => Math.Abs(one - other)).Max());
        TensorGolden.AreClose([.. ofSome.Zip(ofOthers, (one, other) => (one + other) / 2)], Mean(some, others), 1e-4);
        Assert.IsFalse(generator.training);
        Assert.IsTrue(generator.modules().OfType<ConditionalBatchNormalisation>().All(normalisation => normalisation.Momentum == 0.1));
    }

    [TestMethod]
    public void AllFaultsAreListed()
    {
        var faulty = new SelfAttentionGanNetworkOptions { Classes = -1, NoiseSize = 0, Channels = 2, ImageSize = 32, GeneratorChannels = [8, 12], AttentionSize = 10 };
        string message = Assert.ThrowsExactly<ArgumentException>(() => new SelfAttentionGenerator(faulty)).Message;
        foreach (string name in new[] { "Classes: ", "NoiseSize: ", "Channels: ", "multiples of 8, got 8, 12", "expected 4 numbers", "AttentionSize: expected 0, or a power of two from 8 to 16, got 10" })
            StringAssert.Contains(message, name);
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => new ProjectionDiscriminator(new() { ImageSize = 48 })).Message, "16, 32, 64 or 128, got 48");
    }

    [TestMethod]
    public void ClassesAreGivenExactlyWhereTheyAreKnown()
    {
        using var without = new SelfAttentionGenerator(Small);
        using var with = new ProjectionDiscriminator(Small with { Classes = 2 });
        Assert.ThrowsExactly<ArgumentException>(() => without.call(zeros(1, 12), zeros([1], ScalarType.Int64)));
        Assert.ThrowsExactly<ArgumentException>(() => with.call(zeros(1, 1, 32, 32), null));
    }
}
