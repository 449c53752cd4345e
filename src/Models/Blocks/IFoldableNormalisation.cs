using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Blocks;

/// <summary>A normalisation that is one multiplication and one addition per channel once training is over.</summary>
public interface IFoldableNormalisation
{
    /// <summary>True once the convolution before it does its work; from then on it passes its input through.</summary>
    bool IsFolded { get; }

    /// <summary>Factor and summand per channel, each of shape [C], that equal this module in evaluation mode.</summary>
    (Tensor Scale_C, Tensor Shift_C) ScaleAndShift();

    /// <summary>Makes the module pass its input through, for good.</summary>
    void MarkFolded();
}

/// <summary>A module that applies a normalisation directly to the result of some of its own convolutions.</summary>
/// <remarks>A <see cref="Sequential"/> needs no such face: there the order of the modules says it.</remarks>
public interface INormalisedConvolutions
{
    /// <summary>The convolutions of this module itself (not of its children) with what normalises them.</summary>
    IEnumerable<(Conv2d Convolution, nn.Module<Tensor, Tensor> Normalisation)> NormalisedConvolutions { get; }
}
