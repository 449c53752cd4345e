using MLNetDeepExtensions.Blocks;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.ImageTranslation;

/// <summary>
/// Draws an image in the style of the other domain: c7s1-64, d128, d256, residual blocks, u128, u64, c7s1-3 (Zhu et al., arXiv 1703.10593, appendix 7.2;
/// Johnson et al., arXiv 1603.08155). Fully convolutional: any size, and no noise.
/// </summary>
/// <remarks>
/// State names are those of the authors' PyTorch code (resnet_9blocks, resnet_6blocks). As there, and unlike the paper's words: only the 7x7 layers and the
/// residual blocks pad by reflection, and the last layer is not normalised and ends in tanh.
/// </remarks>
public sealed class CycleGanGenerator : nn.Module<Tensor, Tensor>
{
    private const int Halvings = 2;
    private readonly Sequential model;

    /// <summary>Draws first weights N(0, 0.02) from the global random state; biases are 0.</summary>
    /// <exception cref="ArgumentException">The options have faults; the message lists all.</exception>
    public CycleGanGenerator(CycleGanNetworkOptions options) : base(nameof(CycleGanGenerator))
    {
        options.EnsureValid();
        using var scope = NewDisposeScope();
        int width = options.GeneratorWidth, inner = width << Halvings;
        model = nn.Sequential([
            nn.ReflectionPad2d(3), .. Normalised(nn.Conv2d(3, width, 7)),
            .. Halving(width), .. Halving(2 * width),
            .. Enumerable.Range(0, options.ResidualBlocks).Select(_ => new CycleGanResidualBlock(inner)),
            .. Doubling(inner), .. Doubling(inner / 2),
            nn.ReflectionPad2d(3), nn.Conv2d(width, 3, 7), nn.Tanh(),
        ]);
        RegisterComponents();
        GaussianInitialisation.Apply(this, deviation: 0.02);
    }

    /// <summary>Sides of an image are multiples of this, in pixels; <see cref="TranslateAnySize"/> sees to it.</summary>
    public const int SideMultiple = 1 << Halvings;

    /// <summary>Smallest side of an image in pixels: blocks pad maps of a quarter of it by reflection.</summary>
    public const int SmallestSide = 2 * SideMultiple;

    /// <summary>Images of the other domain, of the same shape, Float32, -1 to 1.</summary>
    /// <param name="images_N3HW">Red, green, blue in -1 to 1; sides are multiples of <see cref="SideMultiple"/>, at least <see cref="SmallestSide"/>.</param>
    public override Tensor forward(Tensor images_N3HW)
    {
        if (images_N3HW.shape is not [_, 3, >= SmallestSide and var height, >= SmallestSide and var width] || height % SideMultiple != 0 || width % SideMultiple != 0)
            throw new ArgumentException($"images_N3HW: expected [N, 3, height, width] with sides of at least {SmallestSide} that are multiples of {SideMultiple}, "
                + $"got [{string.Join(", ", images_N3HW.shape)}].");
        using var scope = NewDisposeScope();
        ScalarType format = parameters().First().dtype;
        return model.call(images_N3HW.to(format)).to(ScalarType.Float32).MoveToOuterDisposeScope();
    }

    /// <summary>As a call, for images of any size: their edges are repeated to the right and below as far as needed, and cut off again.</summary>
    /// <param name="images_N3HW">Red, green, blue in -1 to 1.</param>
    public Tensor TranslateAnySize(Tensor images_N3HW)
    {
        long height = images_N3HW.shape[2], width = images_N3HW.shape[3];
        (long below, long right) = (Fitting(height) - height, Fitting(width) - width);
        if (below == 0 && right == 0)
            return call(images_N3HW);
        using var scope = NewDisposeScope();
        Tensor padded = nn.functional.pad(images_N3HW, [0, right, 0, below], PaddingModes.Replicate);
        return call(padded).narrow(2, 0, height).narrow(3, 0, width).MoveToOuterDisposeScope();
    }

    private static long Fitting(long side) => Math.Max(SmallestSide, (side + SideMultiple - 1) / SideMultiple * SideMultiple);

    private static nn.Module<Tensor, Tensor>[] Halving(int channels) => Normalised(nn.Conv2d(channels, 2 * channels, 3, stride: 2, padding: 1));

    private static nn.Module<Tensor, Tensor>[] Doubling(int channels) =>
        Normalised(nn.ConvTranspose2d(channels, channels / 2, 3, stride: 2, padding: 1, output_padding: 1));

    private static nn.Module<Tensor, Tensor>[] Normalised(nn.Module<Tensor, Tensor> convolution) =>
        [convolution, new InstanceNormalisation(), nn.ReLU(inplace: true)];
}
