using MLNetDeepExtensions.Blocks;

namespace MLNetDeepExtensions.Backbones;

/// <summary>What a residual network is made of (He et al., arXiv 1512.03385, table 1; Xie et al., arXiv 1611.05431, table 1).</summary>
internal sealed record ResNetArchitecture
{
    /// <summary>The first stage's number in the papers, where conv1 is the stem.</summary>
    public const int FirstStage = 2;

    /// <summary>Residual blocks in each of the four stages.</summary>
    public required int[] Depths { get; init; }

    /// <summary>1x1, 3x3, 1x1 blocks instead of 3x3, 3x3.</summary>
    public bool Bottleneck { get; init; }

    /// <summary>Channels of the stem; doubled in each stage after the first.</summary>
    public int Width { get; init; } = 64;

    /// <summary>Groups of the 3x3 convolutions of bottlenecks (ResNeXt's cardinality).</summary>
    public int Groups { get; init; } = 1;

    /// <summary>Channels of each group in the first stage's 3x3 convolutions; null for <see cref="Width"/>.</summary>
    public int? WidthPerGroup { get; init; }

    /// <summary>What follows each convolution.</summary>
    public Normalisation Normalisation { get; init; } = Normalisation.Batch;

    /// <summary>How the network begins.</summary>
    public ResNetStem Stem { get; init; }

    /// <summary>Where strides and paddings are.</summary>
    public ResNetLayout Layout { get; init; }

    /// <summary>The squeeze-and-excitation blocks "se" of the residual blocks; null for none.</summary>
    public SqueezeExcitationOptions? SqueezeExcitation { get; init; }

    /// <summary>The last normalisation of each residual block begins with factor 0, so that the block begins as its shortcut (Goyal et al.,
    /// arXiv 1706.02677, section 5.1).</summary>
    public bool ZeroInitialisedBranches { get; init; }

    /// <summary>Channels at the end of a block over channels of its 3x3 convolutions in a plain network.</summary>
    public int Expansion => Bottleneck ? 4 : 1;

    public static ResNetArchitecture ResNet18 => new() { Depths = [2, 2, 2, 2] };
    public static ResNetArchitecture ResNet34 => new() { Depths = [3, 4, 6, 3] };
    public static ResNetArchitecture ResNet50 => new() { Depths = [3, 4, 6, 3], Bottleneck = true };
    public static ResNetArchitecture ResNet101 => new() { Depths = [3, 4, 23, 3], Bottleneck = true };
    public static ResNetArchitecture ResNet152 => new() { Depths = [3, 8, 36, 3], Bottleneck = true };
    public static ResNetArchitecture ResNeXt50 => ResNet50 with { Groups = 32, WidthPerGroup = 4 };
    public static ResNetArchitecture ResNet18HalfWidth => ResNet18 with { Width = 32 };

    /// <summary>With excitation at the end of each residual branch and timm's hidden widths.</summary>
    public ResNetArchitecture WithExcitation() => this with { SqueezeExcitation = SqueezeExcitationOptions.Timm };
}
