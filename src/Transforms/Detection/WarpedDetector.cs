using MLNetDeepExtensions.Backend;
using MLNetDeepExtensions.Images;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Detection;

/// <summary>A detector whose network sees all images warped to one square; boxes come back in the images' own pixels.</summary>
/// <param name="imageSize">Side of the square in pixels.</param>
/// <param name="device">Where the network lies.</param>
internal abstract class WarpedDetector<TNetwork>(int imageSize, Device device) : IDetector<TNetwork>
{
    public IReadOnlyList<IReadOnlyList<DetectedObject>> Detect(TNetwork network, IReadOnlyList<RgbImage> images)
    {
        using IDisposable inference = inference_mode();
        using DisposeScope scope = NewDisposeScope();
        Tensor pixels_N3HW = Placed.On(device, ImageBatch.Warp(images, imageSize));
        return Detect(network, pixels_N3HW, [.. images.Select(image => (image.Width, image.Height))]);
    }

    public abstract void Dispose();

    /// <summary>Runs network and decoder inside the caller's dispose scope.</summary>
    private protected abstract IReadOnlyList<IReadOnlyList<DetectedObject>> Detect(
        TNetwork network, Tensor pixels_N3HW, IReadOnlyList<(int Width, int Height)> sizes);
}
