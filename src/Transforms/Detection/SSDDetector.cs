using MLNetDeepExtensions.Backend;
using MLNetDeepExtensions.Images;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Detection;

/// <summary>What goes before and after SSD: images are warped to the network's size (section 3.1), boxes come back in the images' own pixels.</summary>
internal sealed class SSDDetector(SSDNetworkOptions network, DetectionOptions options, Device device) : IDetector<SSDNetwork>
{
    private readonly SSDDecoder decoder = new(network, options, device);

    public IReadOnlyList<IReadOnlyList<DetectedObject>> Detect(SSDNetwork network, IReadOnlyList<RgbImage> images)
    {
        using IDisposable inference = inference_mode();
        using DisposeScope scope = NewDisposeScope();
        Tensor pixels_N3HW = Placed.On(device, ImageBatch.Warp(images, network.Options.ImageSize));
        return decoder.Decode(network.call(pixels_N3HW), [.. images.Select(image => (image.Width, image.Height))]);
    }

    public void Dispose() => decoder.Dispose();
}
