using MLNetDeepExtensions.Backend;
using MLNetDeepExtensions.Images;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Detection;

/// <summary>SSD with what goes before and after it: images are warped to the network's size (section 3.1), boxes come back in their own pixels.</summary>
/// <param name="network">In evaluation mode when <see cref="Detect"/> is called; not owned.</param>
/// <param name="options">Thresholds.</param>
/// <param name="device">Where the network lies.</param>
internal sealed class SSDDetector(SSDNetwork network, DetectionOptions options, Device device) : IDetector, IDisposable
{
    private readonly SSDDecoder decoder = new(network.Options, options, device);

    public IReadOnlyList<IReadOnlyList<DetectedObject>> Detect(IReadOnlyList<RgbImage> images)
    {
        using IDisposable inference = inference_mode();
        using DisposeScope scope = NewDisposeScope();
        Tensor pixels_N3HW = ImageBatch.Warp(images, network.Options.ImageSize);
        SSDOutput output = network.call(Placed.On(device, pixels_N3HW));
        return decoder.Decode(output, [.. images.Select(image => (image.Width, image.Height))]);
    }

    public void Dispose() => decoder.Dispose();
}
