using MLNetDeepExtensions.Blocks;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Tests;

[TestClass]
public sealed class SelfAttentionTests
{
    private readonly DisposeScope scope = NewDisposeScope();

    [TestCleanup]
    public void Free() => scope.Dispose();

    [TestMethod]
    [DataRow(256, 81_921L)]
    [DataRow(128, 20_481L)]
    [DataRow(64, 5_121L)]
    public void ParametersAreAsManyAsTheAuthors(int channels, long expected)
    {
        using var attention = new SelfAttention(channels);
        Assert.AreEqual(expected, attention.parameters().Sum(parameter => parameter.numel()));
    }

    [TestMethod]
    public void AtFirstTheBlockIsTheIdentityAndOnlyTheFactorLearns()
    {
        using var attention = new SelfAttention(16);
        attention.train();
        Tensor x = Formula.Uniform("x", 2, 16, 6, 6);
        Tensor y = attention.call(x);
        CollectionAssert.AreEqual(x.Values(), y.Values());
        (y * Formula.Uniform("weights", 2, 16, 6, 6)).sum().backward();
        foreach (var (name, parameter) in attention.named_parameters())
            Assert.AreEqual(name == "gamma", parameter.grad!.abs().max().item<float>() > 0, name);
    }

    [TestMethod]
    public void EachPositionAttendsWithWeightsThatSumToOne()
    {
        using var attention = new SelfAttention(16);
        attention.eval();
        var (_, weights_NPK) = attention.WithAttention(Formula.Uniform("x", 2, 16, 6, 8) * 5);
        CollectionAssert.AreEqual(new long[] { 2, 48, 12 }, weights_NPK.shape);
        Assert.AreEqual(0, (weights_NPK.sum(-1) - 1).abs().max().item<float>(), 1e-6);
        Assert.IsGreaterThan(0.01f, (weights_NPK.sum(1) - 4).abs().max().item<float>(), "over positions they need not");
    }

    /// <summary>Whatever stands where: a shuffled map gives the shuffled result, if whole cells of 2 x 2 change places.</summary>
    [TestMethod]
    public void PositionsDoNotMatter()
    {
        using var attention = new SelfAttention(8);
        using var constant = no_grad();
        attention.get_parameter("gamma")!.fill_(1);
        attention.eval();
        Tensor x = Formula.Uniform("x", 1, 8, 4, 4);
        Tensor swapped = cat([x[.., .., 2.., ..], x[.., .., ..2, ..]], 2);
        Tensor y = attention.call(x);
        Assert.IsGreaterThan(0.01f, (y - x).abs().max().item<float>());
        TensorGolden.AreClose(cat([y[.., .., 2.., ..], y[.., .., ..2, ..]], 2).Values(), attention.call(swapped).Values(), 1e-5);
    }
}
