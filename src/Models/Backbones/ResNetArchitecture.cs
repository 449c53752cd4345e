using MLNetDeepExtensions.Blocks;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Backbones;

/// <summary>What a residual network is made of (He et al., arXiv 1512.03385, table 1).</summary>
internal sealed record ResNetArchitecture
{
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

    /// <summary>Whether the last stage keeps the size of the third's map and sees as much of it by a dilation of 2, in place of a stride
    /// (Dai et al., Deformable Convolutional Networks, arXiv 1703.06211, section 4.1).</summary>
    public bool DilatesLastStage { get; init; }

    /// <summary>What follows each convolution.</summary>
    public Normalisation Normalisation { get; init; } = Normalisation.Batch;

    /// <summary>Makes the module "se" that ends each residual branch, from the branch's channels; null for none.</summary>
    public Func<int, nn.Module<Tensor, Tensor>>? Gate { get; init; }

    /// <summary>Channels at the end of a block over channels of its 3x3 convolutions in a plain network.</summary>
    public int Expansion => Bottleneck ? 4 : 1;

    public static ResNetArchitecture ResNet18 => new() { Depths = [2, 2, 2, 2] };
    public static ResNetArchitecture ResNet34 => new() { Depths = [3, 4, 6, 3] };
    public static ResNetArchitecture ResNet50 => new() { Depths = [3, 4, 6, 3], Bottleneck = true };
    public static ResNetArchitecture ResNet18HalfWidth => ResNet18 with { Width = 32 };
}
