using System.Text.Json;
using MLNetDeepExtensions.Backbones;
using MLNetDeepExtensions.Blocks;
using MLNetDeepExtensions.Classification;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Tests.Classification;

[TestClass]
public sealed class SENetNetworkTests
{
    private static readonly SENetNetworkOptions Small =
        new() { Architecture = SENetArchitecture.ResNet18HalfWidth, ImageSize = 32, Stem = ResNetStem.Small, Classes = 3 };

    private static readonly SENetNetworkOptions SmallBottlenecks =
        new() { Architecture = SENetArchitecture.ResNet50, ImageSize = 32, Classes = 3 };

    private readonly DisposeScope scope = NewDisposeScope();

    [TestCleanup]
    public void Free() => scope.Dispose();

    [TestMethod]
    [DataRow(SENetArchitecture.ResNet18, 11_689_512L, 11_778_592L)]
    [DataRow(SENetArchitecture.ResNet34, 21_797_672L, 21_958_868L)]
    [DataRow(SENetArchitecture.ResNet50, 25_557_032L, 28_088_024L)]
    [DataRow(SENetArchitecture.ResNet101, 44_549_160L, 49_326_872L)]
    [DataRow(SENetArchitecture.ResNet152, 60_192_808L, 66_821_848L)]
    [DataRow(SENetArchitecture.ResNeXt50, 25_028_904L, 27_559_896L)]
    [DataRow(SENetArchitecture.BNInception, 11_285_224L, 11_931_622L)]
    [DataRow(SENetArchitecture.InceptionV3, 23_834_568L, 25_496_188L)]
    [DataRow(SENetArchitecture.Vgg16, 138_357_544L, 138_588_336L)]
    public void ParametersAreAsManyAsPublished(SENetArchitecture architecture, long without, long with)
    {
        var options = new SENetNetworkOptions { Architecture = architecture, Classes = 1000 };
        Assert.AreEqual(with, Parameters(options));
        Assert.AreEqual(without, Parameters(options with { SqueezeExcitation = null }));
    }

    [TestMethod]
    [DataRow(2, 45_676_584L, 45_699_240L)]
    [DataRow(4, 35_616_808L, 35_635_688L)]
    [DataRow(8, 30_586_920L, 30_603_912L)]
    [DataRow(16, 28_071_976L, 28_088_024L)]
    [DataRow(32, 26_814_504L, 26_830_080L)]
    public void TheReductionRatioDecidesTheSize(int reduction, long biasFree, long withBiases)
    {
        var options = new SENetNetworkOptions { Classes = 1000 };
        Assert.AreEqual(biasFree, Parameters(options with { SqueezeExcitation = new() { Reduction = reduction, Biases = false } }));
        Assert.AreEqual(withBiases, Parameters(options with { SqueezeExcitation = new() { Reduction = reduction } }));
    }

    [TestMethod]
    [DataRow(new[] { 2 }, 24_576L)]
    [DataRow(new[] { 3 }, 131_072L)]
    [DataRow(new[] { 4 }, 786_432L)]
    [DataRow(new[] { 5 }, 1_572_864L)]
    [DataRow(new int[0], 0L)]
    public void OnlyTheStagesThatAreAskedForHaveTheBlock(int[] stages, long more)
    {
        var options = new SENetNetworkOptions { Classes = 1000, SqueezeExcitation = new() { Stages = stages, Biases = false } };
        using var net = new SENetNetwork(options);
        Assert.AreEqual(25_557_032 + more, net.parameters().Sum(p => p.numel()));
        Assert.IsTrue(net.ExcitationBlocks.All(block => block.Name.StartsWith($"SE_{stages[0]}_")));
    }

    [TestMethod]
    public void WithoutTheLastStageTheNetworkIsAsLargeAsPublished() => Assert.AreEqual(
        26_508_632, Parameters(new() { Classes = 1000, SqueezeExcitation = new() { Stages = [2, 3, 4] } }));

    [TestMethod]
    public void BlocksAreNamedByStageAndNumber()
    {
        using var residual = new SENetNetwork(SmallBottlenecks);
        string[] names = ["SE_2_1", "SE_2_2", "SE_2_3", "SE_3_1", "SE_3_2", "SE_3_3", "SE_3_4",
            "SE_4_1", "SE_4_2", "SE_4_3", "SE_4_4", "SE_4_5", "SE_4_6", "SE_5_1", "SE_5_2", "SE_5_3"];
        CollectionAssert.AreEqual(names, residual.ExcitationBlocks.Select(block => block.Name).ToArray());
        using var inception = new SENetNetwork(SmallBottlenecks with { Architecture = SENetArchitecture.BNInception });
        ExcitationBlock[] blocks = [
            new("SE_3_1", 256), new("SE_3_2", 320), new("SE_3_3", 576),
            new("SE_4_1", 576), new("SE_4_2", 576), new("SE_4_3", 608), new("SE_4_4", 608), new("SE_4_5", 1056),
            new("SE_5_1", 1024), new("SE_5_2", 1024)];
        CollectionAssert.AreEqual(blocks, inception.ExcitationBlocks.ToArray());
    }

    [TestMethod]
    [DataRow(SENetArchitecture.ResNet18HalfWidth)]
    [DataRow(SENetArchitecture.BNInception)]
    [DataRow(SENetArchitecture.Vgg16BatchNormalisation)]
    public void EachBlockReportsItsOwnExcitation(SENetArchitecture architecture)
    {
        using var net = new SENetNetwork(new() { Architecture = architecture, ImageSize = 32, Classes = 3 });
        net.eval();
        using var constant = no_grad();
        var blocks = net.modules().OfType<SqueezeExcitation>().ToList();
        for (int i = 0; i < blocks.Count; i++)
            blocks[i].get_parameter("fc2.bias")!.fill_(i % 2 == 0 ? 200 : -200);
        var images = Formula.Images(2, 32);
        var output = net.WithExcitations(images);
        Assert.HasCount(blocks.Count, output.Excitations_NC);
        for (int i = 0; i < blocks.Count; i++)
        {
            CollectionAssert.AreEqual(new long[] { 2, net.ExcitationBlocks[i].Channels }, output.Excitations_NC[i].shape);
            Assert.AreEqual(i % 2 == 0 ? 1 : 0, output.Excitations_NC[i].mean().item<float>(), 0.01, net.ExcitationBlocks[i].Name);
        }
        TensorGolden.AreClose(net.call(images).Values(), output.Logits_NC.Values(), 1e-6);
    }

    /// <summary>A popular implementation of SE-Inception-v3 registers blocks that are never called.</summary>
    [TestMethod]
    [DataRow(SENetArchitecture.ResNet18HalfWidth, ExcitationPosition.Standard)]
    [DataRow(SENetArchitecture.ResNet18HalfWidth, ExcitationPosition.Pre)]
    [DataRow(SENetArchitecture.ResNet18HalfWidth, ExcitationPosition.Post)]
    [DataRow(SENetArchitecture.ResNet18HalfWidth, ExcitationPosition.Identity)]
    [DataRow(SENetArchitecture.ResNet18HalfWidth, ExcitationPosition.Convolution)]
    [DataRow(SENetArchitecture.ResNeXt50, ExcitationPosition.Convolution)]
    [DataRow(SENetArchitecture.InceptionV3, ExcitationPosition.Standard)]
    [DataRow(SENetArchitecture.BNInception, ExcitationPosition.Standard)]
    [DataRow(SENetArchitecture.Vgg16, ExcitationPosition.Standard)]
    public void EveryBlockChangesTheResult(SENetArchitecture architecture, ExcitationPosition position)
    {
        manual_seed(1);
        var options = new SENetNetworkOptions
        {
            Architecture = architecture, ImageSize = 75, Classes = 3, SqueezeExcitation = new() { Position = position },
        };
        using var net = new SENetNetwork(options);
        net.eval();
        using var constant = no_grad();
        var images = Formula.Images(1, 75);
        var before = net.call(images);
        float size = before.abs().max().item<float>();
        foreach (var block in net.modules().OfType<SqueezeExcitation>())
        {
            var bias = block.get_parameter("fc2.bias")!;
            bias.fill_(3);
            Assert.IsGreaterThan(1e-3f * size, (net.call(images) - before).abs().max().item<float>(), block.GetName());
            bias.zero_();
        }
    }

    [TestMethod]
    [DataRow(ExcitationPosition.Standard, 5.0)]
    [DataRow(ExcitationPosition.Pre, 6.0)]
    [DataRow(ExcitationPosition.Convolution, 5.5)]
    [DataRow(ExcitationPosition.Identity, 2.5)]
    [DataRow(ExcitationPosition.Post, 0.0)]
    public void ABlockThatIsShutActsWhereThePositionSays(ExcitationPosition position, double expected)
    {
        var net = ResNetArchitecture.ResNet18 with
        {
            Normalisation = Normalisation.None, SqueezeExcitation = new() { Position = position },
        };
        using var block = new BasicBlock(net, new(64, 64, 1), channels => net.SqueezeExcitation!.Create(2, 1, channels));
        using var constant = no_grad();
        // In the middle of the map the branch is 2 (0.15 x + 0.25) + 0.5 and the shortcut x.
        foreach (var (name, parameter) in block.named_parameters())
            parameter.fill_(name switch { "conv1.bias" => 0.25, "conv2.weight" => 2 / 576.0, "conv2.bias" => 0.5, _ => 0 });
        block.get_parameter("conv1.weight")![.., 0, 1, 1] = tensor(0.15f);
        foreach (var (gate, result) in new[] { (100, 7.5), (-100, expected) })
        {
            block.get_parameter("se.fc2.bias")!.fill_(gate);
            Assert.AreEqual(result, block.call(full(1, 64, 3, 3, 5f))[0, 0, 1, 1].item<float>(), 1e-4);
        }
    }

    [TestMethod]
    [DataRow(SENetArchitecture.ResNet18HalfWidth, ResNetStem.Small, ExcitationPosition.Standard)]
    [DataRow(SENetArchitecture.ResNet18HalfWidth, ResNetStem.ImageNet, ExcitationPosition.Pre)]
    [DataRow(SENetArchitecture.ResNet18HalfWidth, ResNetStem.Small, ExcitationPosition.Post)]
    [DataRow(SENetArchitecture.ResNet18HalfWidth, ResNetStem.Small, ExcitationPosition.Identity)]
    [DataRow(SENetArchitecture.ResNet50, ResNetStem.Small, ExcitationPosition.Convolution)]
    [DataRow(SENetArchitecture.ResNeXt50, ResNetStem.ImageNet, ExcitationPosition.Standard)]
    [DataRow(SENetArchitecture.BNInception, ResNetStem.ImageNet, ExcitationPosition.Standard)]
    [DataRow(SENetArchitecture.InceptionV3, ResNetStem.ImageNet, ExcitationPosition.Standard)]
    [DataRow(SENetArchitecture.Vgg16, ResNetStem.ImageNet, ExcitationPosition.Standard)]
    public void EveryParameterGetsAGradient(SENetArchitecture architecture, ResNetStem stem, ExcitationPosition position)
    {
        manual_seed(1);
        using var net = new SENetNetwork(new()
        {
            Architecture = architecture, ImageSize = 96, Stem = stem, Classes = 3,
            SqueezeExcitation = new() { Position = position, Reduction = 4 },
        });
        nn.functional.cross_entropy(net.call(Formula.Images(4, 96)), tensor(new long[] { 0, 1, 2, 1 })).backward();
        foreach (var (name, parameter) in net.named_parameters())
            Assert.IsGreaterThan(0f, parameter.grad?.abs().sum().item<float>() ?? 0, name);
    }

    [TestMethod]
    [DataRow(SENetArchitecture.ResNet18HalfWidth)]
    [DataRow(SENetArchitecture.BNInception)]
    public void ABatchCanBeLearnedByHeart(SENetArchitecture architecture)
    {
        manual_seed(1);
        using var net = new SENetNetwork(new() { Architecture = architecture, ImageSize = 32, Classes = 3 });
        using var optimiser = optim.SGD(net.parameters(), 0.05, momentum: 0.9);
        var (images, labels) = (Formula.Images(6, 32), tensor(new long[] { 0, 1, 2, 2, 1, 0 }));
        float last = 0;
        for (int step = 0; step < 25; step++)
        {
            using var inner = NewDisposeScope();
            optimiser.zero_grad();
            var loss = nn.functional.cross_entropy(net.call(images), labels);
            loss.backward();
            optimiser.step();
            last = loss.item<float>();
        }
        Assert.IsLessThan(0.1f, last);
    }

    [TestMethod]
    [DataRow(SENetArchitecture.ResNet18HalfWidth, ExcitationPosition.Standard)]
    [DataRow(SENetArchitecture.ResNet18HalfWidth, ExcitationPosition.Identity)]
    [DataRow(SENetArchitecture.ResNeXt50, ExcitationPosition.Convolution)]
    [DataRow(SENetArchitecture.BNInception, ExcitationPosition.Standard)]
    [DataRow(SENetArchitecture.InceptionV3, ExcitationPosition.Standard)]
    [DataRow(SENetArchitecture.Vgg16BatchNormalisation, ExcitationPosition.Standard)]
    public void FoldingKeepsTheResultsAndRemovesEveryNormalisation(SENetArchitecture architecture, ExcitationPosition position)
    {
        using var net = Formula.Fill(new SENetNetwork(new()
        {
            Architecture = architecture, ImageSize = 96, Classes = 5, SqueezeExcitation = new() { Position = position },
        }));
        using var constant = no_grad();
        var images = Formula.Images(2, 96);
        var before = net.call(images);
        Assert.AreEqual(net.modules().Count(module => module is BatchNormalisation), BatchNormFolding.Fold(net));
        TensorGolden.AreClose(before.Values(), net.call(images).Values(), 1e-4);
    }

    [TestMethod]
    [DataRow(SENetArchitecture.ResNet18HalfWidth, Precision.Float32, 1e-4)]
    [DataRow(SENetArchitecture.ResNet18HalfWidth, Precision.BFloat16, 0.1)]
    [DataRow(SENetArchitecture.ResNeXt50, Precision.BFloat16, 0.1)]
    [DataRow(SENetArchitecture.BNInception, Precision.Float32, 1e-4)]
    [DataRow(SENetArchitecture.BNInception, Precision.BFloat16, 0.1)]
    [DataRow(SENetArchitecture.Vgg16BatchNormalisation, Precision.BFloat16, 0.1)]
    public void APreparedNetworkPredictsTheSame(SENetArchitecture architecture, Precision precision, double tolerance)
    {
        using var net = Formula.Fill(new SENetNetwork(new() { Architecture = architecture, ImageSize = 64, Classes = 5 }));
        using var constant = no_grad();
        var images = Formula.Images(2, 64);
        var before = net.call(images);
        InferencePreparation.Prepare(net, precision);
        var after = net.WithExcitations(images);
        Assert.AreEqual(ScalarType.Float32, after.Logits_NC.dtype);
        Assert.IsTrue(after.Excitations_NC.All(excitation => excitation.dtype == ScalarType.Float32));
        TensorGolden.AreClose(before.Values(), after.Logits_NC.Values(), tolerance * before.abs().max().item<float>());
    }

    [TestMethod]
    public void TheSmallStemKeepsTheResolution()
    {
        using var net = new ResNet(ResNetArchitecture.ResNet18HalfWidth with { Stem = ResNetStem.Small });
        var maps = net.call(Formula.Images(1, 28));
        CollectionAssert.AreEqual(new long[] { 28, 14, 7, 4 }, maps.Select(map => map.shape[3]).ToArray());
        CollectionAssert.AreEqual(new[] { 1, 2, 4, 8 }, net.Maps.Select(map => map.Stride).ToArray());
    }

    [TestMethod]
    public void BranchesCanBeginAtZero()
    {
        using var net = new ResNet(ResNetArchitecture.ResNet18HalfWidth with { ZeroInitialisedBranches = true });
        using var block = (nn.Module<Tensor, Tensor>)net.named_modules().First(entry => entry.name == "layer1.1").module;
        var x = rand(2, 32, 4, 4);
        Assert.IsTrue(x.Equals(block.call(x)));
    }

    [TestMethod]
    public void OptionsSurviveJson()
    {
        var options = Small with
        {
            SqueezeExcitation = new() { Stages = [2, 3], Position = ExcitationPosition.Pre }, Mean = [0, 0, 0], Dropout = 0.2f,
        };
        string json = JsonSerializer.Serialize(options);
        Assert.AreEqual(json, JsonSerializer.Serialize(JsonSerializer.Deserialize<SENetNetworkOptions>(json)));
        json = JsonSerializer.Serialize(Small with { SqueezeExcitation = null });
        Assert.IsNull(JsonSerializer.Deserialize<SENetNetworkOptions>(json)!.SqueezeExcitation);
    }

    [TestMethod]
    public void AllFaultsAreToldAtOnce()
    {
        var wrong = Small with
        {
            Architecture = SENetArchitecture.Vgg16, Layout = ResNetLayout.Caffe, ZeroInitialisedBranches = true,
            Classes = -1, ImageSize = 8, Dropout = 1, Mean = [0], Deviation = [1, 0, 1],
            SqueezeExcitation = new() { Position = ExcitationPosition.Pre, Stages = [6], Reduction = 0, HiddenMultiple = 0 },
        };
        string[] names = ["Stem", "Layout", "ZeroInitialisedBranches", "SqueezeExcitation.Position", "SqueezeExcitation.Stages",
            "SqueezeExcitation.Reduction", "SqueezeExcitation.HiddenMultiple", "Classes", "ImageSize", "Dropout", "Mean", "Deviation"];
        CollectionAssert.AreEqual(names, wrong.Faults().Select(fault => fault[..fault.IndexOf(':')]).ToArray());
        Assert.IsEmpty(Small.Faults());
        Assert.IsEmpty(new SENetNetworkOptions().Faults());
        var exception = Assert.ThrowsExactly<ArgumentException>(() => new SENetNetwork(Small with { Classes = 0, ImageSize = 15 }));
        Assert.AreEqual(
            "SENetNetworkOptions is not valid:\n  ImageSize: expected 16 to 1024 pixels, got 15.\n  Classes: expected at least 1, got 0.",
            exception.Message);
    }

    [TestMethod]
    public void ImagesOfAnotherSizeAreRefused()
    {
        using var net = new SENetNetwork(Small);
        var exception = Assert.ThrowsExactly<ArgumentException>(() => net.call(zeros(1, 3, 32, 31)));
        Assert.AreEqual("images_N3HW: expected [N, 3, 32, 32], got [1, 3, 32, 31].", exception.Message);
    }

    [TestMethod]
    public void NothingIsLeftAfterAForwardPass()
    {
        using var net = new SENetNetwork(Small);
        using var images = Formula.Images(2, 32);
        Step();
        long before = Tensor.TotalCount;
        Step();
        Assert.AreEqual(before, Tensor.TotalCount);

        void Step()
        {
            net.call(images).Dispose();
            var output = net.WithExcitations(images);
            output.Logits_NC.Dispose();
            foreach (var excitation in output.Excitations_NC)
                excitation.Dispose();
        }
    }

    private static long Parameters(SENetNetworkOptions options)
    {
        using var scope = NewDisposeScope();
        using var net = new SENetNetwork(options);
        return net.parameters().Sum(p => p.numel());
    }
}
