using static TorchSharp.torch;

namespace MLNetDeepExtensions.Detection;

/// <summary>What the backbone makes of a padded batch of N images.</summary>
/// <param name="Maps_NCHW">One map of stride 16, or a pyramid's five maps, finest first.</param>
/// <param name="Height">Height of the padded images in pixels.</param>
/// <param name="Width">Width of the padded images in pixels.</param>
public sealed record ImageFeatures(IReadOnlyList<Tensor> Maps_NCHW, int Height, int Width) : IDisposable
{
    /// <summary>Frees the maps.</summary>
    public void Dispose()
    {
        foreach (Tensor map in Maps_NCHW)
            map.Dispose();
    }
}
