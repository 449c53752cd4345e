using MLNetDeepExtensions.Blocks;
using MLNetDeepExtensions.Classification;
using MLNetDeepExtensions.Tests.Detection;
using MLNetDeepExtensions.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Tests.Classification;

[TestClass]
public sealed class SENetCheckpointTests
{
    private static readonly SENetNetworkOptions SEResNet18 = SENetNetworkOptions.Timm(SENetArchitecture.ResNet18) with { ImageSize = 96 };
    private readonly DisposeScope scope = NewDisposeScope();

    [TestCleanup]
    public void Free() => scope.Dispose();

    /// <summary>torchvision's own results; for timm's names an independent transcription's, see golden/senet/make_golden.py.</summary>
    [TestMethod]
    [DataRow("resnet18")]
    [DataRow("resnet50")]
    [DataRow("resnext50_32x4d")]
    [DataRow("vgg16")]
    [DataRow("vgg16_bn")]
    [DataRow("inception_v3")]
    [DataRow("seresnet18")]
    [DataRow("seresnet50")]
    [DataRow("legacy_seresnet18")]
    [DataRow("legacy_seresnet50")]
    public void APublishedStateLoadsAndGivesItsLogits(string name)
    {
        SENetNetworkOptions options = Options(name) with { ImageSize = 96 };
        using var net = new SENetNetwork(options);
        using (NewDisposeScope())
        {
            PretrainedReport report = Load(net, State(name), SENetCheckpoints.Classifiers(options));
            Assert.IsEmpty(report.Untouched);
        }
        net.eval();
        using var constant = no_grad();
        var golden = TensorGolden.Read("senet/classifiers.json").GetProperty(name);
        var output = net.WithExcitations(Formula.Images(1, 96));
        TensorGolden.AreClose(golden.GetProperty("logits"), output.Logits_NC, 1e-4);
        if (options.SqueezeExcitation is null)
            return;
        var excitations = golden.GetProperty("excitations").EnumerateArray().ToList();
        Assert.HasCount(excitations.Count, output.Excitations_NC);
        for (int i = 0; i < excitations.Count; i++)
            TensorGolden.AreClose(excitations[i], output.Excitations_NC[i], 1e-4);
    }

    [TestMethod]
    public void AnotherNumberOfClassesLeavesTheLastLayer()
    {
        using var net = new SENetNetwork(SEResNet18 with { Classes = 7 });
        PretrainedReport report = Load(net, State("seresnet18"), SENetCheckpoints.ToStartFrom(net.Options));
        CollectionAssert.AreEquivalent(new[] { "fc.weight", "fc.bias" }, report.Untouched.ToArray());
    }

    [TestMethod]
    public void ANetworkWithoutExcitationGivesAllButTheBlocks()
    {
        using var net = new SENetNetwork(SEResNet18);
        PretrainedReport report = Load(net, State("resnet18"), SENetCheckpoints.ToStartFrom(SEResNet18));
        Assert.HasCount(8 * 4, report.Untouched);
        Assert.IsTrue(report.Untouched.All(name => name.Contains(".se.")));
    }

    [TestMethod]
    public void AWholeClassifierMustHaveTheBlocks()
    {
        using var net = new SENetNetwork(SEResNet18);
        var fault = Assert.ThrowsExactly<WeightsFormatException>(
            () => Load(net, State("resnet18"), SENetCheckpoints.Classifiers(SEResNet18)));
        StringAssert.Contains(fault.Message, "layer1.0.se.fc1.weight");
    }

    [TestMethod]
    public void BlocksAreNeverDroppedSilently()
    {
        var plain = SEResNet18 with { SqueezeExcitation = null };
        var lastStageWithout = SEResNet18 with { SqueezeExcitation = SqueezeExcitationOptions.Timm with { Stages = [2, 3, 4] } };
        foreach (var options in new[] { plain, lastStageWithout })
        {
            using var net = new SENetNetwork(options);
            var fault = Assert.ThrowsExactly<WeightsMismatchException>(
                () => Load(net, State("seresnet18"), SENetCheckpoints.ToStartFrom(options)));
            StringAssert.Contains(fault.Message, ".se.fc1.weight");
        }
    }

    [TestMethod]
    public void TheNetworksOfTheAuthorsDoNotFitThoseOfTorchvision()
    {
        using var net = new SENetNetwork(SEResNet18);
        Assert.ThrowsExactly<WeightsFormatException>(
            () => Load(net, State("legacy_seresnet18"), SENetCheckpoints.ToStartFrom(SEResNet18)));
    }

    [TestMethod]
    public void DenseLayersOfMoskomuleBecomeConvolutions()
    {
        var options = SEResNet18 with { SqueezeExcitation = new() { Biases = false } };
        using SENetNetwork source = new(options), target = new(options);
        var dense = source.state_dict().ToDictionary(
            entry => entry.Key.Replace(".se.fc1.", ".se.fc.0.").Replace(".se.fc2.", ".se.fc.2."),
            entry => entry.Key.Contains(".se.") ? entry.Value.flatten(1) : entry.Value);
        Assert.IsEmpty(Load(target, dense, SENetCheckpoints.Classifiers(options)).Untouched);
        foreach (var (name, value) in target.state_dict())
            Assert.IsTrue(source.state_dict()[name].Equals(value), name);
    }

    [TestMethod]
    [DataRow(SENetArchitecture.ResNet18HalfWidth)]
    [DataRow(SENetArchitecture.BNInception)]
    public void SavedWeightsLoadAgain(SENetArchitecture architecture)
    {
        var options = new SENetNetworkOptions { Architecture = architecture, Classes = 3, SqueezeExcitation = new() { Stages = [3, 5] } };
        using SENetNetwork source = new(options), target = new(options);
        Assert.IsEmpty(Load(target, source.state_dict(), SENetCheckpoints.Classifiers(options)).Untouched);
        Assert.IsTrue(target.state_dict().All(entry => source.state_dict()[entry.Key].Equals(entry.Value)));
    }

    private static SENetNetworkOptions Options(string name) => name switch
    {
        "resnet18" => SENetNetworkOptions.Torchvision(SENetArchitecture.ResNet18),
        "resnet50" => SENetNetworkOptions.Torchvision(SENetArchitecture.ResNet50),
        "resnext50_32x4d" => SENetNetworkOptions.Torchvision(SENetArchitecture.ResNeXt50),
        "vgg16" => SENetNetworkOptions.Torchvision(SENetArchitecture.Vgg16),
        "vgg16_bn" => SENetNetworkOptions.Torchvision(SENetArchitecture.Vgg16BatchNormalisation),
        "inception_v3" => SENetNetworkOptions.Torchvision(SENetArchitecture.InceptionV3),
        "seresnet18" => SENetNetworkOptions.Timm(SENetArchitecture.ResNet18),
        "seresnet50" => SENetNetworkOptions.Timm(SENetArchitecture.ResNet50),
        "legacy_seresnet18" => SENetNetworkOptions.TimmLegacy(SENetArchitecture.ResNet18),
        _ => SENetNetworkOptions.TimmLegacy(SENetArchitecture.ResNet50),
    };

    private static Dictionary<string, Tensor> State(string name) =>
        Formula.State(TensorGolden.Keys(name, name is "resnet18" or "resnet50" or "vgg16" ? "ssd" : "senet"));

    private static PretrainedReport Load(
        SENetNetwork net, IReadOnlyDictionary<string, Tensor> state, IReadOnlyList<CheckpointLayout> kinds) =>
        PretrainedWeights.Load(net, new StateSource(state), kinds, SENetCheckpoints.DependsOnClasses);
}
