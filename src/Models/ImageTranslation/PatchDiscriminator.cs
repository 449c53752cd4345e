using MLNetDeepExtensions.Blocks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.ImageTranslation;

/// <summary>
/// Judges every patch of an image by itself: C64-C128-C256-C512 and one number per patch (PatchGAN; Zhu et al., arXiv 1703.10593, appendix 7.2; Isola et
/// al., arXiv 1611.07004).
/// </summary>
/// <remarks>
/// State names are those of the authors' PyTorch code. As there, and unlike the paper's words: C512 and the last layer have stride 1. With stride 2 the patch
/// would be 94 pixels wide instead of the paper's 70. No sigmoid at the end, since the loss is least squares.
/// </remarks>
public sealed class PatchDiscriminator : nn.Module<Tensor, Tensor>
{
    private const int Kernel = 4, WidestFactor = 8;
    private const double Slope = 0.2;
    private readonly CycleGanNetworkOptions options;
    private readonly Sequential model;

    /// <summary>Draws first weights N(0, 0.02) from the global random state; biases are 0.</summary>
    /// <exception cref="ArgumentException">The options have faults; the message lists all.</exception>
    public PatchDiscriminator(CycleGanNetworkOptions options) : base(nameof(PatchDiscriminator))
    {
        options.EnsureValid();
        this.options = options;
        using var scope = NewDisposeScope();
        int[] channels = [.. Enumerable.Range(0, options.DiscriminatorLayers + 1).Select(i => options.DiscriminatorWidth * Math.Min(1 << i, WidestFactor))];
        model = nn.Sequential([
            Convolution(3, channels[0], stride: 2), nn.LeakyReLU(Slope, inplace: true),
            .. Enumerable.Range(1, options.DiscriminatorLayers - 1).SelectMany(i => Normalised(channels[i - 1], channels[i], stride: 2)),
            .. Normalised(channels[^2], channels[^1], stride: 1),
            Convolution(channels[^1], 1, stride: 1),
        ]);
        RegisterComponents();
        GaussianInitialisation.Apply(this, deviation: 0.02);
    }

    /// <summary>Side in pixels of the patch that one number judges.</summary>
    public int PatchSide => PatchSideOf(options);

    internal static int PatchSideOf(CycleGanNetworkOptions options)
    {
        // From the output back to the image; the last two layers have stride 1.
        int side = 1 + 2 * (Kernel - 1);
        for (int layer = 0; layer < options.DiscriminatorLayers; layer++)
            side = 2 * side + Kernel - 2;
        return side;
    }

    /// <summary>Smallest side in pixels of an image that such a discriminator has a number for.</summary>
    internal static int SmallestSide(CycleGanNetworkOptions options) => 3 << options.DiscriminatorLayers;

    /// <summary>One number per patch [N, 1, height, width], Float32: towards 1 for what seems real.</summary>
    /// <param name="images_N3HW">Red, green, blue in -1 to 1.</param>
    public override Tensor forward(Tensor images_N3HW)
    {
        int smallest = SmallestSide(options);
        if (images_N3HW.shape is not [_, 3, var height, var width] || height < smallest || width < smallest)
            throw new ArgumentException(
                $"images_N3HW: expected [N, 3, height, width] with sides of at least {smallest}, got [{string.Join(", ", images_N3HW.shape)}].");
        using var scope = NewDisposeScope();
        ScalarType format = parameters().First().dtype;
        return model.call(images_N3HW.to(format)).to(ScalarType.Float32).MoveToOuterDisposeScope();
    }

    private static nn.Module<Tensor, Tensor>[] Normalised(int inputs, int outputs, int stride) =>
        [Convolution(inputs, outputs, stride), new InstanceNormalisation(), nn.LeakyReLU(Slope, inplace: true)];

    private static Conv2d Convolution(int inputs, int outputs, int stride) => nn.Conv2d(inputs, outputs, Kernel, stride, padding: 1);
}
