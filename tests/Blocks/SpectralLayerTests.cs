using MLNetDeepExtensions.Blocks;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Tests;

[TestClass]
public sealed class SpectralLayerTests
{
    private readonly DisposeScope scope = NewDisposeScope();

    [TestCleanup]
    public void Free() => scope.Dispose();

    private static SpectralLinear Worked()
    {
        var layer = new SpectralLinear(2, 2);
        using var constant = no_grad();
        layer.get_parameter("weight_orig")!.copy_(tensor(new float[,] { { 2, 0 }, { 1, 1 } }));
        layer.get_buffer("weight_u")!.copy_(tensor(new float[] { 1, 0 }));
        return layer;
    }

    [TestMethod]
    public void EveryForwardPassOfTrainingIteratesOnce()
    {
        using SpectralLinear layer = Worked();
        foreach (double expected in new[] { 2.23607, 2.28709, 2.28822, 2.28825 })
        {
            layer.train();
            layer.call(ones(1, 2));
            layer.eval();
            Assert.AreEqual(expected, layer.SingularValue().item<float>(), 2e-5);
            layer.call(ones(1, 2));
            Assert.AreEqual(expected, layer.SingularValue().item<float>(), 2e-5, "evaluation does not iterate");
        }
    }

    /// <summary>A random 128 x 576 matrix takes about 20 iterations to a thousandth.</summary>
    [TestMethod]
    public void TheLargestSingularValueBecomesOne()
    {
        random.manual_seed(1);
        using var layer = new SpectralConvolution(64, 128, 3);
        using var constant = no_grad();
        double first = Largest(layer);
        Assert.IsTrue(first is > 1.05 and < 1.5, $"{first} after one iteration");
        layer.train();
        for (int i = 0; i < 60; i++)
            layer.EffectiveWeight();
        layer.eval();
        Assert.AreEqual(1, Largest(layer), 1e-3);
    }

    [TestMethod]
    public void TheGradientFlowsThroughTheDivision()
    {
        using SpectralLinear layer = Worked();
        layer.train();
        for (int i = 0; i < 30; i++)
            layer.EffectiveWeight();
        // W / sigma does not depend on the length of W: the gradient along W is zero.
        Tensor weight = layer.get_parameter("weight_orig")!;
        (layer.EffectiveWeight() * tensor(new float[,] { { 1, 2 }, { 3, 4 } })).sum().backward();
        Assert.IsGreaterThan(0.1f, weight.grad!.abs().max().item<float>());
        Assert.AreEqual(0, (weight.grad! * weight).sum().item<float>(), 1e-5);
    }

    [TestMethod]
    [DataRow(1, MapSides.Doubled)]
    [DataRow(3, MapSides.Doubled)]
    [DataRow(5, MapSides.Doubled)]
    [DataRow(1, MapSides.Halved)]
    [DataRow(3, MapSides.Halved)]
    [DataRow(5, MapSides.Halved)]
    public void ChangingSidesIsAConvolutionOfRepeatedPixelsOrItsMeans(int kernel, MapSides sides)
    {
        random.manual_seed(1);
        using var layer = new SpectralConvolution(3, 5, kernel, sides: sides);
        using var constant = no_grad();
        layer.get_parameter("bias")!.uniform_(-1, 1);
        layer.eval();
        using var learning = enable_grad();
        Tensor x = rand(2, 3, 6, 8, requires_grad: true), weight = layer.get_parameter("weight_orig")!, bias = layer.get_parameter("bias")!;
        Tensor Plain(Tensor map) => nn.functional.conv2d(map, layer.EffectiveWeight(), bias, padding: [kernel / 2, kernel / 2]);
        Tensor expected = sides == MapSides.Doubled ? Plain(x.repeat_interleave(2, 2).repeat_interleave(2, 3)) : nn.functional.avg_pool2d(Plain(x), 2, 2);
        Tensor got = layer.call(x), direction = rand(expected.shape);
        Assert.IsTrue(got.allclose(expected, atol: 1e-5));

        (expected * direction).sum().backward();
        Tensor[] gradients = [.. new[] { x, weight, bias }.Select(tensor => tensor.grad!.clone())];
        layer.zero_grad();
        x.grad!.zero_();
        (got * direction).sum().backward();
        foreach ((Tensor once, Tensor again) in gradients.Zip([x.grad!, weight.grad!, bias.grad!]))
            Assert.IsTrue(again.allclose(once, atol: 1e-4));
    }

    [TestMethod]
    [DataRow(MapSides.Kept)]
    [DataRow(MapSides.Doubled)]
    [DataRow(MapSides.Halved)]
    public void FoldingChangesNoResult(MapSides sides)
    {
        using var layer = new SpectralConvolution(3, 8, 3, sides: sides);
        layer.eval();
        Tensor images = Formula.Images(2, 8);
        Tensor before = layer.call(images).detach();
        layer.Fold();
        layer.Fold();
        TensorGolden.AreClose(before.Values(), layer.call(images).Values(), 1e-6);
        layer.train();
        Assert.ThrowsExactly<InvalidOperationException>(() => layer.call(images));
    }

    /// <summary>As in an average of weights: the mean of two unit vectors is no unit vector.</summary>
    [TestMethod]
    public void InEvaluationShortVectorsCountAsUnitVectors()
    {
        using SpectralLinear layer = Worked();
        layer.eval();
        using var constant = no_grad();
        layer.train();
        layer.EffectiveWeight();
        layer.eval();
        layer.get_buffer("weight_u")!.mul_(0.5);
        Assert.AreEqual(2.23607, layer.SingularValue().item<float>(), 2e-5);
    }

    private static double Largest(SpectralLayer layer)
    {
        bool isTraining = layer.training;
        layer.eval();
        double value = linalg.svdvals(layer.EffectiveWeight().flatten(1)).max().item<float>();
        layer.train(isTraining);
        return value;
    }
}
