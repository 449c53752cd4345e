using static TorchSharp.torch;

namespace MLNetDeepExtensions.Blocks;

/// <summary>A convolution with spectral normalisation, padded so that it keeps the size of its map unless it doubles or halves its sides.</summary>
/// <param name="inputs">Channels that it is given.</param>
/// <param name="outputs">Channels that it gives.</param>
/// <param name="kernel">Side of the kernel; odd.</param>
/// <param name="isBiased">Whether it has a bias.</param>
/// <param name="sides">What becomes of the sides of the map.</param>
public sealed class SpectralConvolution(int inputs, int outputs, int kernel, bool isBiased = true, MapSides sides = MapSides.Kept)
    : SpectralLayer(nameof(SpectralConvolution), [outputs, inputs, kernel, kernel], isBiased)
{
    private readonly long[] padding = [kernel / 2, kernel / 2];

    private protected override Tensor Arranged(Tensor weight) => sides switch
    {
        MapSides.Doubled => ChannelsLast.Of(OfFour(weight).flip(2, 3).transpose(0, 1)),
        MapSides.Halved => OfFour(weight) / 4,
        _ => weight,
    };

    private protected override Tensor Apply(Tensor x_NCHW, Tensor weight, Tensor? bias) => sides switch
    {
        MapSides.Doubled => nn.functional.conv_transpose2d(x_NCHW, weight, bias, strides: [2, 2], padding: padding),
        MapSides.Halved => nn.functional.conv2d(x_NCHW, weight, bias, strides: [2, 2], padding: padding),
        _ => nn.functional.conv2d(x_NCHW, weight, bias, padding: padding),
    };

    /// <summary>The sum of a kernel in four places, one beside and below the other: what it does to four pixels in turn, this does at once, of
    /// 3 x 3 with 16 products instead of 36.</summary>
    private static Tensor OfFour(Tensor weight)
    {
        long side = weight.shape[^1] + 1;
        Tensor padded = nn.functional.pad(weight, [1, 1, 1, 1]), rows = padded.narrow(2, 0, side) + padded.narrow(2, 1, side);
        return rows.narrow(3, 0, side) + rows.narrow(3, 1, side);
    }
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
