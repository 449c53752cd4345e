using MLNetDeepExtensions.Backbones;
using MLNetDeepExtensions.Blocks;

namespace MLNetDeepExtensions.Classification;

/// <summary>The network that squeeze-and-excitation blocks are put into. Parameters are counted without the blocks, for 1,000
/// classes.</summary>
public enum SENetArchitecture
{
    /// <summary>ResNet-18: 12 million parameters.</summary>
    ResNet18,

    /// <summary>ResNet-34: 22 million parameters.</summary>
    ResNet34,

    /// <summary>ResNet-50: 26 million parameters (Hu et al., arXiv 1709.01507, table 1).</summary>
    ResNet50,

    /// <summary>ResNet-101: 45 million parameters.</summary>
    ResNet101,

    /// <summary>ResNet-152: 60 million parameters.</summary>
    ResNet152,

    /// <summary>ResNeXt-50 (32x4d): 25 million parameters (table 1).</summary>
    ResNeXt50,

    /// <summary>BN-Inception: 11 million parameters; the block stands at the end of each Inception module (figure 2).</summary>
    BNInception,

    /// <summary>VGG-16 without normalisation: 138 million parameters; the block stands after each convolution's ReLU (section
    /// 3.3).</summary>
    Vgg16,

    /// <summary>VGG-16 with batch normalisation, as the paper trains it (table 2): 138 million parameters.</summary>
    Vgg16BatchNormalisation,

    /// <summary>Inception-v3 for images of 299 pixels: 24 million parameters; the block stands at the end of each module. Not in the
    /// paper, which has <see cref="BNInception"/>.</summary>
    InceptionV3,

    /// <summary>ResNet-18 with 32, 64, 128, 256 channels: 3 million parameters, for small data and quick runs.</summary>
    ResNet18HalfWidth,
}

/// <summary>What a name stands for.</summary>
internal static class SENetArchitectures
{
    private const int VggStages = 5;

    /// <summary>True for VGG-16, with or without batch normalisation.</summary>
    public static bool IsVgg(this SENetArchitecture architecture) =>
        architecture is SENetArchitecture.Vgg16 or SENetArchitecture.Vgg16BatchNormalisation;

    /// <summary>True for networks of residual blocks.</summary>
    public static bool IsResidual(this SENetArchitecture architecture) =>
        architecture is not (SENetArchitecture.BNInception or SENetArchitecture.InceptionV3) && !architecture.IsVgg();

    /// <summary>Numbers of the stages that can have squeeze-and-excitation blocks.</summary>
    public static int[] StageNumbers(this SENetArchitecture architecture) => architecture switch
    {
        SENetArchitecture.BNInception => [.. Enumerable.Range(BNInception.FirstStage, 3)],
        SENetArchitecture.InceptionV3 => [.. Enumerable.Range(InceptionV3.FirstStage, 3)],
        _ when architecture.IsVgg() => [.. Enumerable.Range(1, VggStages)],
        _ => [.. Enumerable.Range(ResNetArchitecture.FirstStage, 4)],
    };

    /// <summary>The convolutional part.</summary>
    public static Backbone Features(this SENetNetworkOptions options) => options.Architecture switch
    {
        SENetArchitecture.BNInception => new BNInception(options.SqueezeExcitation),
        SENetArchitecture.InceptionV3 => new InceptionV3(options.SqueezeExcitation),
        SENetArchitecture.Vgg16 => new Vgg16(excitation: options.SqueezeExcitation),
        SENetArchitecture.Vgg16BatchNormalisation => new Vgg16(Normalisation.Batch, options.SqueezeExcitation),
        _ => new ResNet(Residual(options.Architecture) with
        {
            Stem = options.Stem, Layout = options.Layout, SqueezeExcitation = options.SqueezeExcitation,
            ZeroInitialisedBranches = options.ZeroInitialisedBranches,
        }),
    };

    /// <summary>Mean of red, green and blue in 0 to 1 that the public weights were trained with.</summary>
    public static float[] Mean(this SENetArchitecture architecture) =>
        architecture == SENetArchitecture.InceptionV3 ? [0.5f, 0.5f, 0.5f] : [0.485f, 0.456f, 0.406f];

    /// <summary>Divisor of red, green and blue that the public weights were trained with.</summary>
    public static float[] Deviation(this SENetArchitecture architecture) =>
        architecture == SENetArchitecture.InceptionV3 ? [0.5f, 0.5f, 0.5f] : [0.229f, 0.224f, 0.225f];

    /// <summary>Share of activations that the publication drops in training.</summary>
    public static float Dropout(this SENetArchitecture architecture) =>
        architecture.IsVgg() || architecture == SENetArchitecture.InceptionV3 ? 0.5f : 0;

    private static ResNetArchitecture Residual(SENetArchitecture architecture) => architecture switch
    {
        SENetArchitecture.ResNet18 => ResNetArchitecture.ResNet18,
        SENetArchitecture.ResNet34 => ResNetArchitecture.ResNet34,
        SENetArchitecture.ResNet50 => ResNetArchitecture.ResNet50,
        SENetArchitecture.ResNet101 => ResNetArchitecture.ResNet101,
        SENetArchitecture.ResNet152 => ResNetArchitecture.ResNet152,
        SENetArchitecture.ResNeXt50 => ResNetArchitecture.ResNeXt50,
        SENetArchitecture.ResNet18HalfWidth => ResNetArchitecture.ResNet18HalfWidth,
        _ => throw new ArgumentOutOfRangeException(nameof(architecture), architecture, "Not a residual network."),
    };
}
