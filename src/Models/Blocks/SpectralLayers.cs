using static TorchSharp.torch;

namespace MLNetDeepExtensions.Blocks;

/// <summary>A convolution that keeps the size of its map, with spectral normalisation.</summary>
/// <param name="inputs">Channels that it is given.</param>
/// <param name="outputs">Channels that it gives.</param>
/// <param name="kernel">Side of the kernel; odd.</param>
/// <param name="isBiased">Whether it has a bias.</param>
public sealed class SpectralConvolution(int inputs, int outputs, int kernel, bool isBiased = true)
    : SpectralLayer(nameof(SpectralConvolution), [outputs, inputs, kernel, kernel], isBiased)
{
    private protected override Tensor Apply(Tensor x_NCHW, Tensor weight, Tensor? bias) =>
        nn.functional.conv2d(x_NCHW, weight, bias, padding: [kernel / 2, kernel / 2]);
}

/// <summary>A dense layer with spectral normalisation.</summary>
/// <param name="inputs">Numbers that it is given.</param>
/// <param name="outputs">Numbers that it gives.</param>
public sealed class SpectralLinear(int inputs, int outputs) : SpectralLayer(nameof(SpectralLinear), [outputs, inputs], isBiased: true)
{
    private protected override Tensor Apply(Tensor x_NI, Tensor weight, Tensor? bias) => nn.functional.linear(x_NI, weight, bias);
}

/// <summary>A table of vectors with spectral normalisation.</summary>
/// <param name="classes">Vectors.</param>
/// <param name="width">Numbers of a vector.</param>
public sealed class SpectralEmbedding(int classes, int width) : SpectralLayer(nameof(SpectralEmbedding), [classes, width], isBiased: false)
{
    private protected override Tensor Apply(Tensor classes_N, Tensor weight, Tensor? bias) => weight.index_select(0, classes_N);
}
