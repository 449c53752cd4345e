using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Blocks;

/// <summary>
/// Lets every position of a map look at all others and adds what it found, times a factor that starts at 0 (Zhang et al., Self-Attention Generative
/// Adversarial Networks, arXiv 1805.08318, section 3).
/// </summary>
/// <remarks>
/// Follows the authors' code, which differs from the paper's equations: keys and values are pooled 2 x 2, values have half of the channels, and all
/// convolutions are without bias and spectrally normalised. State names (theta, phi, g, o, gamma) are those of BigGAN-PyTorch.
/// </remarks>
public sealed class SelfAttention : nn.Module<Tensor, Tensor>
{
    private readonly SpectralConvolution theta, phi, g, o;
    private readonly Parameter gamma;

    /// <param name="channels">Channels of the map; a multiple of 8.</param>
    public SelfAttention(int channels) : base(nameof(SelfAttention))
    {
        if (channels < 8 || channels % 8 != 0)
            throw new ArgumentException($"{nameof(channels)}: expected a multiple of 8, got {channels}.");
        theta = new SpectralConvolution(channels, channels / 8, 1, isBiased: false);
        phi = new SpectralConvolution(channels, channels / 8, 1, isBiased: false);
        g = new SpectralConvolution(channels, channels / 2, 1, isBiased: false);
        o = new SpectralConvolution(channels / 2, channels, 1, isBiased: false);
        gamma = new Parameter(zeros([]));
        gamma.DetachFromDisposeScope();
        RegisterComponents();
    }

    /// <summary>The map with what attention found [N, C, H, W].</summary>
    /// <param name="x_NCHW">Height and width are even.</param>
    public override Tensor forward(Tensor x_NCHW)
    {
        using var scope = NewDisposeScope();
        return WithAttention(x_NCHW).Map_NCHW.MoveToOuterDisposeScope();
    }

    /// <summary>The map with what attention found, and where it looked.</summary>
    /// <param name="x_NCHW">Height and width are even.</param>
    /// <returns>The map [N, C, H, W], and for every position, row by row, how much it attends to each 2 x 2 cell [N, H W, H W / 4]; these sum to 1.</returns>
    public (Tensor Map_NCHW, Tensor Attention_NPK) WithAttention(Tensor x_NCHW)
    {
        using var scope = NewDisposeScope();
        Tensor queries_NPD = Positions(theta.call(x_NCHW)), keys_NKD = Positions(Pooled(phi.call(x_NCHW))), values_NKV = Positions(Pooled(g.call(x_NCHW)));
        // No division by the root of D, as in section 3; the softmax is over the keys.
        Tensor attention_NPK = queries_NPD.bmm(keys_NKD.transpose(1, 2)).softmax(-1, ScalarType.Float32);
        Tensor found_NPV = attention_NPK.to(values_NKV.dtype).bmm(values_NKV);
        Tensor found_NVHW = found_NPV.unflatten(1, [x_NCHW.shape[2], x_NCHW.shape[3]]).permute(0, 3, 1, 2);
        return scope.MoveToOuter(x_NCHW + gamma.to(x_NCHW.dtype) * o.call(found_NVHW), attention_NPK);
    }

    private static Tensor Pooled(Tensor x_NCHW) => nn.functional.max_pool2d(x_NCHW, 2, 2);

    /// <summary>[N, H W, C]: of a map laid out channels-last without a copy.</summary>
    private static Tensor Positions(Tensor x_NCHW) => x_NCHW.permute(0, 2, 3, 1).flatten(1, 2);
}
