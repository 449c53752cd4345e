using static TorchSharp.torch;

namespace MLNetDeepExtensions.Backbones;

/// <summary>One map among the results of a <see cref="Backbone"/>.</summary>
/// <param name="Channels">Features per cell.</param>
/// <param name="Stride">Pixels of the input between two neighbouring cells.</param>
public readonly record struct FeatureMap(int Channels, int Stride);

/// <summary>A network that turns images [N, 3, H, W] into feature maps [N, C, h, w], finest first.</summary>
public abstract class Backbone(string name) : nn.Module<Tensor, IReadOnlyList<Tensor>>(name)
{
    /// <summary>Channels and strides of the maps that a call returns, in the same order.</summary>
    public abstract IReadOnlyList<FeatureMap> Maps { get; }
}
