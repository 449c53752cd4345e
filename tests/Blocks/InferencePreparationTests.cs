using MLNetDeepExtensions.Backbones;
using MLNetDeepExtensions.Blocks;
using MLNetDeepExtensions.Detection;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Tests;

[TestClass]
public sealed class InferencePreparationTests
{
    private static readonly SSDNetworkOptions Small =
        new() { Backbone = DetectionBackbone.ResNet18HalfWidth, ImageSize = 128, Classes = 3 };
    private readonly DisposeScope scope = NewDisposeScope();

    [TestCleanup]
    public void Free() => scope.Dispose();

    [TestMethod]
    [DataRow(DetectionBackbone.ResNet18HalfWidth)]
    [DataRow(DetectionBackbone.SEResNet50)]
    [DataRow(DetectionBackbone.ResNet50)]
    public void FoldingKeepsTheResultsAndRemovesEveryNormalisation(DetectionBackbone backbone)
    {
        using var net = Formula.Fill(new SSDNetwork(Small with { Backbone = backbone }));
        var images = Formula.Images(2, 128);
        using var constant = no_grad();
        var before = net.call(images);
        int normalisations = net.modules().Count(module => module is BatchNormalisation);
        Assert.AreEqual(normalisations, BatchNormFolding.Fold(net));
        Assert.IsTrue(net.modules().OfType<BatchNormalisation>().All(module => module.IsFolded));
        AreClose(before, net.call(images), 1e-4);
        Assert.AreEqual(0, BatchNormFolding.Fold(net));
    }

    [TestMethod]
    public void FrozenNormalisationFoldsToo()
    {
        using var net = Formula.Fill(new ResNet(ResNetArchitecture.ResNet18HalfWidth with { Normalisation = Normalisation.FrozenBatch }));
        var before = net.call(Formula.Images(1, 64))[3];
        Assert.AreEqual(20, BatchNormFolding.Fold(net));
        TensorGolden.AreClose(before.Values(), net.call(Formula.Images(1, 64))[3].Values(), 1e-4);
    }

    [TestMethod]
    public void ChannelsLastKeepsShapesAndResults()
    {
        using var net = Formula.Fill(new SSDNetwork(Small));
        var images = Formula.Images(2, 128);
        using var constant = no_grad();
        var before = net.call(images);
        ChannelsLast.Apply(net);
        var kernel = net.get_parameter("backbone.features.conv1.weight")!;
        CollectionAssert.AreEqual(new long[] { 32, 3, 7, 7 }, kernel.shape);
        CollectionAssert.AreEqual(new long[] { 147, 1, 21, 3 }, kernel.stride());
        AreClose(before, net.call(images), 1e-4);
        AreClose(before, net.call(ChannelsLast.Of(images)), 1e-4);
    }

    [TestMethod]
    [DataRow(DetectionBackbone.ResNet18HalfWidth, Precision.Float32, 1e-4)]
    [DataRow(DetectionBackbone.ResNet18HalfWidth, Precision.BFloat16, 0.15)]
    [DataRow(DetectionBackbone.SEResNet18HalfWidth, Precision.BFloat16, 0.15)]
    [DataRow(DetectionBackbone.Vgg16, Precision.Float32, 1e-4)]
    [DataRow(DetectionBackbone.Vgg16, Precision.BFloat16, 0.15)]
    public void APreparedNetworkPredictsTheSame(DetectionBackbone backbone, Precision precision, double tolerance)
    {
        using var net = Formula.Fill(new SSDNetwork(Small with { Backbone = backbone }), ("backbone.features.0.weight", 1.0 / 64));
        var images = Formula.Images(2, 128);
        using var constant = no_grad();
        var before = net.call(images);
        InferencePreparation.Prepare(net, precision);
        var after = net.call(images);
        Assert.AreEqual(ScalarType.Float32, after.Logits_NAC.dtype);
        AreClose(before, after, tolerance);
    }

    [TestMethod]
    public void AFoldedNetworkRefusesToTrain()
    {
        using var net = new SSDNetwork(Small);
        InferencePreparation.Prepare(net);
        net.train();
        Assert.ThrowsExactly<InvalidOperationException>(() => net.call(Formula.Images(1, 128)));
    }

    private static void AreClose(SSDOutput expected, SSDOutput actual, double tolerance)
    {
        TensorGolden.AreClose(expected.Logits_NAC.Values(), actual.Logits_NAC.Values(), tolerance);
        TensorGolden.AreClose(expected.Offsets_NA4.Values(), actual.Offsets_NA4.Values(), tolerance);
    }
}
