using TorchSharp;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Tests.Backend;

/// <summary>On processors that hide the sizes of their caches, oneDNN computes these wrongly, or ends the process, unless it is told.</summary>
[TestClass]
public sealed class ConvolutionTests
{
    private const double RoundingOfFloat32 = 1e-4, RoundingOfBFloat16 = 0.03;
    private readonly DisposeScope scope = NewDisposeScope();

    [TestCleanup]
    public void Free() => scope.Dispose();

    [TestMethod]
    [DataRow(24, 16, 3, 1)]
    [DataRow(16, 24, 3, 1)]
    [DataRow(64, 3, 7, 1)]
    [DataRow(24, 64, 4, 2)]
    [DataRow(1, 1, 3, 1)]
    [DataRow(512, 1024, 1, 2)]
    public void ValuesAndGradientsAreThoseOf64Bits(int inputs, int outputs, int kernel, int stride) =>
        AreClose(nn.Conv2d(inputs, outputs, kernel, stride, kernel / 2), inputs);

    [TestMethod]
    [DataRow(32, 32, 3, 1, 32)]
    [DataRow(128, 128, 3, 2, 32)]
    [DataRow(3, 64, 3, 1, 1)]
    [DataRow(64, 13, 1, 1, 1)]
    [DataRow(64, 24, 3, 1, 1)]
    [DataRow(24, 64, 3, 1, 1)]
    [DataRow(64, 3, 7, 1, 1)]
    public void ThoseInBFloat16Too(int inputs, int outputs, int kernel, int stride, int groups) =>
        AreClose(nn.Conv2d(inputs, outputs, kernel, stride, kernel / 2, groups: groups), inputs, ScalarType.BFloat16, RoundingOfBFloat16);

    [TestMethod]
    [DataRow(64, 3)]
    [DataRow(1, 24)]
    [DataRow(64, 64)]
    public void TransposedOnesToo(int inputs, int outputs) => AreClose(nn.ConvTranspose2d(inputs, outputs, 4, stride: 2, padding: 1), inputs);

    private static void AreClose(
        nn.Module<Tensor, Tensor> layer, int inputs, ScalarType format = ScalarType.Float32, double tolerance = RoundingOfFloat32)
    {
        Tensor x = Formula.Uniform("x", 2, inputs, 9, 9);
        Tensor[] found = Pass(format), expected = Pass(ScalarType.Float64);
        foreach ((Tensor one, Tensor other) in found.Zip(expected))
            Assert.IsLessThan(tolerance, ((one - other).abs().max() / other.abs().max()).nan_to_num(double.MaxValue).item<double>());

        Tensor[] Pass(ScalarType number)
        {
            layer.to(number);
            Tensor input = x.to(number).detach().requires_grad_();
            Tensor value = layer.call(input);
            value.backward([Formula.Uniform("upstream", value.shape).to(number)]);
            return [value.detach().to(ScalarType.Float64), input.grad!.to(ScalarType.Float64)];
        }
    }
}
