using MLNetDeepExtensions.Backbones;
using MLNetDeepExtensions.Blocks;

namespace MLNetDeepExtensions.Classification;

/// <summary>What a classification network with squeeze-and-excitation blocks is (Hu et al., arXiv 1709.01507). Saved with the weights;
/// defaults are the paper's SE-ResNet-50.</summary>
public sealed record SENetNetworkOptions
{
    private const int ImageNetClasses = 1000;

    /// <summary>As torchvision's classifiers of that architecture (resnet*, resnext50_32x4d, vgg16, vgg16_bn, inception_v3) for ImageNet,
    /// without excitation.</summary>
    public static SENetNetworkOptions Torchvision(SENetArchitecture architecture) =>
        new() { Architecture = architecture, SqueezeExcitation = null, Classes = ImageNetClasses };

    /// <summary>As timm's seresnet18 to seresnet152 and seresnext50_32x4d for ImageNet.</summary>
    public static SENetNetworkOptions Timm(SENetArchitecture architecture) =>
        new() { Architecture = architecture, SqueezeExcitation = SqueezeExcitationOptions.Timm, Classes = ImageNetClasses };

    /// <summary>As timm's legacy_seresnet18 to legacy_seresnet152 and legacy_seresnext50_32x4d for ImageNet: the authors'
    /// networks.</summary>
    public static SENetNetworkOptions TimmLegacy(SENetArchitecture architecture) =>
        new() { Architecture = architecture, Layout = ResNetLayout.Caffe, Classes = ImageNetClasses };

    /// <summary>The network that the blocks are put into.</summary>
    public SENetArchitecture Architecture { get; init; } = SENetArchitecture.ResNet50;

    /// <summary>The squeeze-and-excitation blocks; null for the network without them.</summary>
    public SqueezeExcitationOptions? SqueezeExcitation { get; init; } = new();

    /// <summary>Kinds of images; the trainer fills it in from the label's keys. 0 while unknown.</summary>
    public int Classes { get; init; }

    /// <summary>Side in pixels of the images that the network takes, 32 to 1024, from 16 with <see cref="ResNetStem.Small"/>, from 75 with
    /// Inception-v3, whose weights are for 299; the paper has 224 (section 5.1).</summary>
    public int ImageSize { get; init; } = 224;

    /// <summary>How a residual network begins; <see cref="ResNetStem.Small"/> for images of 28 to 64 pixels.</summary>
    public ResNetStem Stem { get; init; }

    /// <summary>Where a residual network's strides and paddings are; published weights give right results with theirs only.</summary>
    public ResNetLayout Layout { get; init; }

    /// <summary>Residual blocks begin as their shortcuts: the factors of their last batch normalisation begin at 0, as in timm.</summary>
    public bool ZeroInitialisedBranches { get; init; }

    /// <summary>Share of activations that are dropped before the classifier's layers in training, 0 to below 1; null for 0.5 in VGG-16
    /// (Simonyan and Zisserman, arXiv 1409.1556, section 3.1) and Inception-v3, and 0 otherwise.</summary>
    public float? Dropout { get; init; }

    /// <summary>Subtracted from red, green and blue in 0 to 1; null for what public weights were trained with: 0.485, 0.456, 0.406,
    /// or 0.5 for Inception-v3.</summary>
    public float[]? Mean { get; init; }

    /// <summary>Red, green and blue are divided by this after <see cref="Mean"/> is subtracted; null for what public weights were trained
    /// with: 0.229, 0.224, 0.225, or 0.5 for Inception-v3.</summary>
    public float[]? Deviation { get; init; }

    /// <summary>What is wrong with the values, one sentence each; empty if all is well.</summary>
    public IEnumerable<string> Faults()
    {
        if (!Enum.IsDefined(Architecture))
            yield return $"Architecture: expected a member of {nameof(SENetArchitecture)}, got {Architecture}.";
        else
            foreach (string fault in ArchitectureFaults().Concat(SqueezeExcitation?.Faults() ?? []))
                yield return fault;
        if (Classes < 0)
            yield return $"Classes: expected at least 0, got {Classes}.";
        int smallest = Architecture == SENetArchitecture.InceptionV3 ? 75 : Stem == ResNetStem.Small ? 16 : 32;
        if (ImageSize < smallest || ImageSize > 1024)
            yield return $"ImageSize: expected {smallest} to 1024 pixels, got {ImageSize}.";
        if (Dropout is { } dropout && !(dropout >= 0 && dropout < 1))
            yield return $"Dropout: expected 0 to below 1, got {dropout}.";
        if (Mean is not null && NumberFaults.Of(nameof(Mean), Mean, 3, positive: false) is { } mean)
            yield return mean;
        if (Deviation is not null && NumberFaults.Of(nameof(Deviation), Deviation, 3, positive: true) is { } deviation)
            yield return deviation;
    }

    private IEnumerable<string> ArchitectureFaults()
    {
        bool residual = Architecture.IsResidual();
        if (!Enum.IsDefined(Stem) || (Stem != default && !residual))
            yield return $"Stem: expected {Expected<ResNetStem>(residual)}, got {Stem}.";
        if (!Enum.IsDefined(Layout) || (Layout != default && !residual))
            yield return $"Layout: expected {Expected<ResNetLayout>(residual)}, got {Layout}.";
        if (ZeroInitialisedBranches && !residual)
            yield return $"ZeroInitialisedBranches: expected false with {Architecture}, got true.";
        if (SqueezeExcitation is not { } excitation)
            yield break;
        if (Enum.IsDefined(excitation.Position) && excitation.Position != default && !residual)
            yield return $"SqueezeExcitation.Position: expected {Expected<ExcitationPosition>(residual)}, got {excitation.Position}.";
        int[] stages = Architecture.StageNumbers();
        if (excitation.Stages?.Except(stages).Any() == true)
            yield return $"SqueezeExcitation.Stages: expected some of {string.Join(", ", stages)} with {Architecture}, "
                + $"got [{string.Join(", ", excitation.Stages)}].";
    }

    private string Expected<T>(bool residual) where T : struct, Enum =>
        residual ? $"a member of {typeof(T).Name}" : $"{default(T)} with {Architecture}";
}
