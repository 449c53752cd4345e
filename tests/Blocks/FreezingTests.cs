using MLNetDeepExtensions.Backbones;
using MLNetDeepExtensions.Blocks;
using MLNetDeepExtensions.Classification;
using MLNetDeepExtensions.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Tests;

[TestClass]
public sealed class FreezingTests
{
    private static readonly string[] FirstTwoStages = ["conv1", "bn1", "layer1", "layer2"];
    private readonly DisposeScope scope = NewDisposeScope();

    [TestCleanup]
    public void Free() => scope.Dispose();

    [TestMethod]
    public void FrozenStagesStayAsTheyAreAndOthersLearn()
    {
        using var net = SmallClassifier();
        net.Freeze(2);
        var before = Copy(net);
        Train(net);
        foreach (var (name, value) in net.state_dict())
            Assert.AreEqual(FirstTwoStages.Contains(name.Split('.')[0]), before[name].Equals(value), name);
    }

    [TestMethod]
    public void AFrozenNetworkComputesFrozenStagesInBFloat16Too()
    {
        using SENetNetwork net = SmallClassifier(), twin = SmallClassifier();
        net.Freeze(2);
        var before = Copy(net);
        using var copy = new BFloat16Copy<SENetNetwork>(net, twin);
        net.train();
        copy.TakeWeights();
        nn.functional.cross_entropy(copy.Network.call(Formula.Images(4, 32)), tensor(new long[] { 0, 1, 2, 0 })).backward();
        copy.ReturnGradients();
        foreach (var (name, value) in net.state_dict().Where(entry => FirstTwoStages.Contains(entry.Key.Split('.')[0])))
        {
            Assert.IsTrue(before[name].Equals(value), name);
            Assert.IsNull(value.grad, name);
        }
        Assert.IsFalse(before["layer3.0.bn1.running_mean"].Equals(net.state_dict()["layer3.0.bn1.running_mean"]));
    }

    [TestMethod]
    public void WhatWasFrozenCanLearnAgain()
    {
        using var net = SmallClassifier();
        net.Freeze(4);
        net.train();
        net.Freeze(0);
        var before = Copy(net);
        Train(net);
        Assert.IsTrue(net.state_dict().All(entry => !before[entry.Key].Equals(entry.Value)));
    }

    [TestMethod]
    [DataRow("resnet", 4)]
    [DataRow("vgg", 5)]
    [DataRow("inception", 3)]
    public void StagesAreDisjointAndHoldEverything(string name, int stages)
    {
        using Backbone net = name switch
        {
            "resnet" => new ResNet(ResNetArchitecture.ResNet18HalfWidth),
            "vgg" => new Vgg16(),
            _ => new BNInception(),
        };
        Assert.HasCount(stages, net.Stages);
        Assert.AreEqual(net.parameters().Sum(p => p.numel()), net.Stages.Sum(stage => stage.Sum(m => m.parameters().Sum(p => p.numel()))));
        net.Freeze(stages);
        Assert.IsFalse(net.parameters().Any(parameter => parameter.requires_grad));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => net.Freeze(stages + 1));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => net.Freeze(-1));
    }

    [TestMethod]
    public void FrozenBatchNormalisationStaysInEvaluationThroughEveryChangeOfMode()
    {
        using var net = SmallClassifier();
        net.Freeze(1);
        net.eval();
        net.train();
        Assert.AreEqual(5, net.modules().OfType<BatchNormalisation>().Count(module => !module.training));
    }

    private static SENetNetwork SmallClassifier()
    {
        manual_seed(1);
        return new(new()
        {
            Architecture = SENetArchitecture.ResNet18HalfWidth, ImageSize = 32, Stem = ResNetStem.Small, Classes = 3,
            SqueezeExcitation = new() { Reduction = 4 },
        });
    }

    private static Dictionary<string, Tensor> Copy(nn.Module net) =>
        net.state_dict().ToDictionary(entry => entry.Key, entry => entry.Value.detach().clone());

    private static void Train(SENetNetwork net)
    {
        using var optimiser = optim.SGD(net.parameters(), 0.1, momentum: 0.9, weight_decay: 1e-4);
        net.train();
        for (int step = 0; step < 2; step++)
        {
            optimiser.zero_grad();
            nn.functional.cross_entropy(net.call(Formula.Images(4, 32)), tensor(new long[] { 0, 1, 2, 0 })).backward();
            optimiser.step();
        }
    }
}
