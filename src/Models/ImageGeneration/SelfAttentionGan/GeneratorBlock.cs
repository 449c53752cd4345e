using MLNetDeepExtensions.Blocks;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.ImageGeneration;

/// <summary>A residual block that doubles the side of its map, with batch normalisation by class (Miyato and Koyama, arXiv 1802.05637, figure 14).</summary>
internal sealed class GeneratorBlock : nn.Module<Tensor, Tensor, Tensor>
{
    private readonly ConditionalBatchNormalisation cbn_0, cbn_1;
    private readonly SpectralConvolution snconv1, snconv2, snconv3;

    public GeneratorBlock(int classes, int inputs, int outputs) : base(nameof(GeneratorBlock))
    {
        cbn_0 = new ConditionalBatchNormalisation(classes, inputs);
        snconv1 = new SpectralConvolution(inputs, outputs, 3, sides: MapSides.Doubled);
        cbn_1 = new ConditionalBatchNormalisation(classes, outputs);
        snconv2 = new SpectralConvolution(outputs, outputs, 3);
        snconv3 = new SpectralConvolution(inputs, outputs, 1);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x_NCHW, Tensor classes_N)
    {
        using var scope = NewDisposeScope();
        var hidden = snconv1.call(cbn_0.call(x_NCHW, classes_N).relu_());
        var rest = snconv2.call(cbn_1.call(hidden, classes_N).relu_());
        // A convolution of one pixel commutes with repeating pixels: after it there are four times as many.
        var skip = nn.functional.interpolate(snconv3.call(x_NCHW), scale_factor: [2, 2], mode: InterpolationMode.Nearest);
        return (rest + skip).MoveToOuterDisposeScope();
    }
}
