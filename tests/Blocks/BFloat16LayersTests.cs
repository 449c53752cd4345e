using MLNetDeepExtensions.Blocks;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Tests;

[TestClass]
public sealed class BFloat16LayersTests
{
    private const double RoundingError = 0.03;
    private readonly DisposeScope scope = NewDisposeScope();

    [TestCleanup]
    public void Free() => scope.Dispose();

    [TestMethod]
    [DataRow(64, 64, 3, 1)]
    [DataRow(128, 128, 3, 32)]
    [DataRow(3, 64, 3, 1)]
    [DataRow(64, 3, 1, 1)]
    [DataRow(64, 13, 1, 1)]
    [DataRow(64, 24, 3, 1)]
    [DataRow(24, 64, 3, 1)]
    [DataRow(64, 3, 7, 1)]
    [DataRow(64, 1, 4, 1)]
    public void ConvolutionsOfAnyChannelsAndTheirGradientsAreThoseOfFloat32(int inputs, int outputs, int kernel, int groups) =>
        AreClose(() => nn.Conv2d(inputs, outputs, kernel, padding: kernel / 2, groups: groups), 2, inputs, 8, 14);

    [TestMethod]
    [DataRow(64, 3)]
    [DataRow(100, 64)]
    [DataRow(64, 64)]
    public void TransposedConvolutionsToo(int inputs, int outputs) =>
        AreClose(() => nn.ConvTranspose2d(inputs, outputs, 4, stride: 2, padding: 1), 2, inputs, 8, 8);

    [TestMethod]
    [DataRow(100, 13)]
    [DataRow(256, 1)]
    public void LinearLayersToo(int inputs, int outputs) => AreClose(() => nn.Linear(inputs, outputs), 8, inputs);

    [TestMethod]
    public void ConvolutionsInSixteensAndLinearLayersAreInBFloat16()
    {
        var network = nn.Sequential(nn.Conv2d(3, 32, 3), nn.Conv2d(32, 16, 3), nn.Conv2d(16, 6, 3), nn.Flatten(), nn.Linear(6, 5));
        BFloat16Layers.Apply(network);
        CollectionAssert.AreEqual(
            new[] { ScalarType.Float32, ScalarType.BFloat16, ScalarType.Float32, ScalarType.BFloat16 },
            network.parameters().Where(parameter => parameter.ndim > 1).Select(parameter => parameter.dtype).ToArray());
        Assert.AreEqual(ScalarType.BFloat16, network.call(zeros(1, 3, 7, 7)).dtype);
    }

    private static void AreClose(Func<nn.Module<Tensor, Tensor>> create, params long[] shape)
    {
        nn.Module<Tensor, Tensor> exact = create(), changed = create();
        changed.load_state_dict(exact.state_dict());
        var network = nn.Sequential(changed);
        BFloat16Layers.Apply(network);
        ChannelsLast.Apply(network);
        Tensor x = Formula.Uniform("x", shape), upstream = Formula.Uniform("upstream", exact.call(x).shape);
        var expected = Pass(exact);
        foreach (var (wanted, found) in expected.Zip(Pass(network)))
            TensorGolden.AreClose(wanted.Values(), found.Values(), RoundingError * wanted.abs().max().item<float>());

        Tensor[] Pass(nn.Module<Tensor, Tensor> layer)
        {
            var input = (x.ndim == 4 ? ChannelsLast.Of(x) : x.clone()).requires_grad_();
            var y = layer.call(input).to(ScalarType.Float32);
            y.backward([upstream]);
            return [y, input.grad!, .. layer.parameters().Select(parameter => parameter.grad!.to(ScalarType.Float32))];
        }
    }
}
