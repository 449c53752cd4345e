using MLNetDeepExtensions.Backbones;
using MLNetDeepExtensions.Blocks;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Tests;

[TestClass]
public sealed class BackboneTests
{
    private readonly DisposeScope scope = NewDisposeScope();

    [TestCleanup]
    public void Free() => scope.Dispose();

    [TestMethod]
    [DataRow("resnet18")]
    [DataRow("resnet50")]
    [DataRow("vgg16")]
    public void NamesAndShapesAreTorchvisions(string name)
    {
        using var net = Create(name);
        string[] expected = [.. TensorGolden.Keys(name).Where(key => !key.StartsWith("fc.") && !key.StartsWith("classifier."))];
        CollectionAssert.AreEquivalent(expected, TensorGolden.Keys(net));
    }

    [TestMethod]
    [DataRow("resnet18")]
    [DataRow("resnet50")]
    public void ResidualMapsEqualTorchvision(string name)
    {
        using var net = Formula.Fill(Create(name));
        var golden = TensorGolden.Read("ssd/backbones.json");
        var maps = net.call(Formula.Images(1, 96));
        for (int k = 0; k < 4; k++)
            TensorGolden.AreClose(golden.GetProperty($"{name}.layer{k + 1}"), maps[k], 1e-4);
    }

    [TestMethod]
    public void VggMapEqualsTorchvision()
    {
        using var net = Formula.Fill(new Vgg16());
        TensorGolden.AreClose(TensorGolden.Read("ssd/backbones.json").GetProperty("vgg16"), net.call(Formula.Images(1, 96))[0], 1e-4);
    }

    [TestMethod]
    [DataRow("resnet18")]
    [DataRow("resnet34")]
    [DataRow("resnet50")]
    [DataRow("half")]
    [DataRow("vgg16")]
    public void MapsHaveTheStatedChannelsAndStrides(string name)
    {
        using var net = Create(name);
        var maps = net.call(zeros(1, 3, 64, 64));
        Assert.HasCount(net.Maps.Count, maps);
        for (int k = 0; k < maps.Count; k++)
        {
            int side = 64 / net.Maps[k].Stride;
            CollectionAssert.AreEqual(new long[] { 1, net.Maps[k].Channels, side, side }, maps[k].shape);
        }
    }

    [TestMethod]
    public void ParametersAreAsManyAsPublished()
    {
        const int smallClassifier = 513_000, largeClassifier = 2_049_000;
        using var resnet18 = new ResNet(ResNetArchitecture.ResNet18);
        using var resnet34 = new ResNet(ResNetArchitecture.ResNet34);
        using var resnet50 = new ResNet(ResNetArchitecture.ResNet50);
        Assert.AreEqual(11_689_512 - smallClassifier, resnet18.parameters().Sum(p => p.numel()));
        Assert.AreEqual(21_797_672 - smallClassifier, resnet34.parameters().Sum(p => p.numel()));
        Assert.AreEqual(25_557_032 - largeClassifier, resnet50.parameters().Sum(p => p.numel()));
    }

    [TestMethod]
    public void AnExcitationStandsBeforeTheSumUnderItsPublicName()
    {
        using var net = new ResNet(ResNetArchitecture.ResNet18HalfWidth.WithExcitation());
        Assert.IsTrue(net.state_dict().ContainsKey("layer2.1.se.fc1.weight"));
        using (no_grad())
            foreach (var (name, parameter) in net.named_parameters())
                if (name.EndsWith(".se.fc2.bias"))
                    parameter.fill_(-200);
        net.eval();
        using var block = net.named_modules().First(entry => entry.name == "layer1.1").module;
        var x = rand(1, 32, 4, 4);
        TensorGolden.AreClose(x.Values(), ((nn.Module<Tensor, Tensor>)block).call(x).Values(), 1e-6);
    }

    [TestMethod]
    public void FrozenNormalisationHasNoParametersAndDoesWhatBatchNormalisationDoesAtTheEnd()
    {
        using var frozen = new ResNet(ResNetArchitecture.ResNet18HalfWidth with { Normalisation = Normalisation.FrozenBatch });
        using var usual = Formula.Fill(new ResNet(ResNetArchitecture.ResNet18HalfWidth));
        frozen.load_state_dict(usual.state_dict(), strict: false);
        Assert.IsFalse(frozen.named_parameters().Any(entry => entry.name.Contains("bn")));
        frozen.train();
        TensorGolden.AreClose(usual.call(Formula.Images(1, 64))[3].Values(), frozen.call(Formula.Images(1, 64))[3].Values(), 1e-4);
    }

    private static Backbone Create(string name) => name switch
    {
        "resnet18" => new ResNet(ResNetArchitecture.ResNet18),
        "resnet34" => new ResNet(ResNetArchitecture.ResNet34),
        "resnet50" => new ResNet(ResNetArchitecture.ResNet50),
        "half" => new ResNet(ResNetArchitecture.ResNet18HalfWidth),
        _ => new Vgg16(),
    };
}
