using static TorchSharp.torch;

namespace MLNetDeepExtensions.Detection;

/// <summary>The default boxes of a network.</summary>
public static class SSDDefaultBoxes
{
    /// <summary>Corners [A, 4] in pixels of the network's input, Float32, in the order of the network's results.</summary>
    public static Tensor Corners(SSDNetworkOptions network, Device? device = null) =>
        DefaultBoxes.Corners(network.ImageSize, SSDPyramid.Maps(network), SSDPyramid.Scales(network), network.ClampBoxSizes, device);
}
