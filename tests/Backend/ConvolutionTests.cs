using static TorchSharp.torch;

namespace MLNetDeepExtensions.Tests.Backend;

[TestClass]
public sealed class ConvolutionTests
{
    /// <summary>On processors that hide the sizes of their caches, oneDNN computes these wrongly unless it is told.</summary>
    [TestMethod]
    [DataRow(24, 16, 3, 1)]
    [DataRow(16, 24, 3, 1)]
    [DataRow(64, 3, 7, 1)]
    [DataRow(24, 64, 4, 2)]
    [DataRow(1, 1, 3, 1)]
    [DataRow(512, 1024, 1, 2)]
    public void ValuesAndGradientsEqualThoseOf64Bits(int inputs, int outputs, int kernel, int stride)
    {
        using var scope = NewDisposeScope();
        random.manual_seed(1);
        Tensor x = randn(2, inputs, 9, 9), weight = randn(outputs, inputs, kernel, kernel) / Math.Sqrt(inputs * kernel * kernel);
        (Tensor Value, Tensor Gradient) single = Run(ScalarType.Float32), twice = Run(ScalarType.Float64);
        Assert.IsLessThan(1e-4, Difference(single.Value, twice.Value));
        Assert.IsLessThan(1e-4, Difference(single.Gradient, twice.Gradient));

        (Tensor, Tensor) Run(ScalarType format)
        {
            Tensor input = x.to(format).detach().requires_grad_();
            Tensor value = nn.functional.conv2d(input, weight.to(format), strides: [stride, stride], padding: [kernel / 2, kernel / 2]);
            (value * arange(value.numel()).to(format).reshape(value.shape).sin()).sum().backward();
            return (value.detach(), input.grad!);
        }
    }

    private static double Difference(Tensor single, Tensor twice) =>
        ((single.to(ScalarType.Float64) - twice).abs().max() / twice.abs().max()).nan_to_num(double.MaxValue).item<double>();
}
