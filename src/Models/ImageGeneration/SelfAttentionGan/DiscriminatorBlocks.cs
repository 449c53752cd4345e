using MLNetDeepExtensions.Blocks;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.ImageGeneration;

/// <summary>The discriminator's block on the image itself, which halves its side; without activation before it, since pixels below 0 count.</summary>
internal sealed class FirstDiscriminatorBlock : nn.Module<Tensor, Tensor>
{
    private readonly SpectralConvolution sn_conv1, sn_conv2, sn_conv3;

    public FirstDiscriminatorBlock(int inputs, int outputs) : base(nameof(FirstDiscriminatorBlock))
    {
        sn_conv1 = new SpectralConvolution(inputs, outputs, 3);
        sn_conv2 = new SpectralConvolution(outputs, outputs, 3, sides: MapSides.Halved);
        sn_conv3 = new SpectralConvolution(inputs, outputs, 1);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x_NCHW)
    {
        using var scope = NewDisposeScope();
        var rest = sn_conv2.call(nn.functional.relu(sn_conv1.call(x_NCHW)));
        return (rest + sn_conv3.call(nn.functional.avg_pool2d(x_NCHW, 2, 2))).MoveToOuterDisposeScope();
    }
}

/// <summary>A residual block of the discriminator (Miyato and Koyama, arXiv 1802.05637, figure 14), without normalisation of activations.</summary>
internal sealed class DiscriminatorBlock : nn.Module<Tensor, Tensor>
{
    private readonly SpectralConvolution sn_conv1, sn_conv2;
    private readonly SpectralConvolution? sn_conv3;
    private readonly bool halves;

    /// <param name="inputs">Channels that it is given.</param>
    /// <param name="outputs">Channels that it gives.</param>
    /// <param name="halves">Whether it halves the side.</param>
    public DiscriminatorBlock(int inputs, int outputs, bool halves) : base(nameof(DiscriminatorBlock))
    {
        this.halves = halves;
        sn_conv1 = new SpectralConvolution(inputs, outputs, 3);
        sn_conv2 = new SpectralConvolution(outputs, outputs, 3, sides: halves ? MapSides.Halved : MapSides.Kept);
        sn_conv3 = halves || inputs != outputs ? new SpectralConvolution(inputs, outputs, 1) : null;
        RegisterComponents();
    }

    public override Tensor forward(Tensor x_NCHW)
    {
        using var scope = NewDisposeScope();
        var rest = sn_conv2.call(nn.functional.relu(sn_conv1.call(nn.functional.relu(x_NCHW))));
        // A convolution of one pixel commutes with means of pixels: after them there is a fourth of them.
        var skip = halves ? nn.functional.avg_pool2d(x_NCHW, 2, 2) : x_NCHW;
        return (rest + (sn_conv3?.call(skip) ?? skip)).MoveToOuterDisposeScope();
    }
}
