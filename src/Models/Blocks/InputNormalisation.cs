using static TorchSharp.torch;

namespace MLNetDeepExtensions.Blocks;

/// <summary>Brings pixels to the range that a network was trained with, inside the network, as torchvision's detectors do.</summary>
internal static class InputNormalisation
{
    /// <summary><c>(x - mean) / deviation</c> per channel.</summary>
    /// <param name="images_NCHW">Pixels in 0 to 1.</param>
    /// <param name="mean">One number per channel.</param>
    /// <param name="deviation">One number per channel.</param>
    public static Tensor Of(Tensor images_NCHW, float[] mean, float[] deviation)
    {
        using var scope = NewDisposeScope();
        var mean_C11 = tensor(mean, device: images_NCHW.device).view(-1, 1, 1);
        var deviation_C11 = tensor(deviation, device: images_NCHW.device).view(-1, 1, 1);
        return ((images_NCHW - mean_C11) / deviation_C11).MoveToOuterDisposeScope();
    }
}
