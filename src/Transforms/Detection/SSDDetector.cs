using static TorchSharp.torch;

namespace MLNetDeepExtensions.Detection;

/// <summary>What goes before and after SSD: images are warped to the network's size (section 3.1).</summary>
internal sealed class SSDDetector(SSDNetworkOptions network, DetectionOptions options, Device device)
    : WarpedDetector<SSDNetwork>(network.ImageSize, device)
{
    private readonly SSDDecoder decoder = new(network, options, device);

    public override void Dispose() => decoder.Dispose();

    private protected override IReadOnlyList<IReadOnlyList<DetectedObject>> Detect(
        SSDNetwork network, Tensor pixels_N3HW, IReadOnlyList<(int Width, int Height)> sizes) => decoder.Decode(network.call(pixels_N3HW), sizes);
}
