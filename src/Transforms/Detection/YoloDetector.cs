using static TorchSharp.torch;

namespace MLNetDeepExtensions.Detection;

/// <summary>What goes before and after YOLO: images are warped to the network's size (section 2).</summary>
internal sealed class YoloDetector(YoloNetworkOptions network, DetectionOptions options, Device device)
    : WarpedDetector<YoloNetwork>(network.ImageSize, device)
{
    private readonly YoloDecoder decoder = new(network, options);

    public override void Dispose()
    {
    }

    private protected override IReadOnlyList<IReadOnlyList<DetectedObject>> Detect(
        YoloNetwork network, Tensor pixels_N3HW, IReadOnlyList<(int Width, int Height)> sizes) => decoder.Decode(network.call(pixels_N3HW), sizes);
}
