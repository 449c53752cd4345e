using MLNetDeepExtensions.Backend;
using MLNetDeepExtensions.Images;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Detection;

/// <summary>What goes before and after SSD: images are warped to the network's size (section 3.1), boxes come back in the images' own pixels.</summary>
internal sealed class SSDDetector(SSDNetworkOptions network, DetectionOptions options, Device device) : IDetector<SSDNetwork>
{
    private readonly SSDDecoder decoder = new(network, options, device);

    public IReadOnlyList<IReadOnlyList<DetectedObject>> Detect(SSDNetwork network, IReadOnlyList<DetectorInput> inputs)
    {
        using IDisposable inference = inference_mode();
        using DisposeScope scope = NewDisposeScope();
        Tensor pixels_N3HW = Placed.On(device, ImageBatch.Warp([.. inputs.Select(input => input.Image)], network.Options.ImageSize));
        return decoder.Decode(network.call(pixels_N3HW), [.. inputs.Select(input => (input.Image.Width, input.Image.Height))]);
    }

    public void Dispose() => decoder.Dispose();
}
