using MLNetDeepExtensions.Images;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Detection;

/// <summary>What goes before and after Faster R-CNN: images are scaled and padded (section 3.3), and regions are proposed, if they are not
/// given.</summary>
internal sealed class FasterRcnnDetector(FasterRcnnNetworkOptions options, DetectionOptions inference, Device device) : IDetector<FasterRcnnNetwork>
{
    private readonly FasterRcnnDecoder decoder = new(options, inference);
    private readonly RegionProposals proposals = new(options);
    private readonly ScaledImages scaled = new(options, device);

    public IReadOnlyList<IReadOnlyList<DetectedObject>> Detect(FasterRcnnNetwork network, IReadOnlyList<DetectorInput> inputs) =>
        scaled.Infer([.. inputs.Select(input => input.Image)], (images, rows) => Detect(network, images, [.. rows.Select(row => inputs[row])]));

    public void Dispose()
    {
    }

    private IReadOnlyList<IReadOnlyList<DetectedObject>> Detect(FasterRcnnNetwork network, PaddedImages images, DetectorInput[] inputs)
    {
        (int Width, int Height)[] originals = [.. inputs.Select(input => (input.Image.Width, input.Image.Height))];
        ImageFeatures features = network.Features(images.Pixels_N3HW);
        Tensor[] regions_R4 = options.ProposesRegions
            ? [.. proposals.Of(network.Propose(features), images.Sizes).Select(found => found.Boxes_R4)]
            : [.. inputs.Select((input, n) => Given(input.Proposals, originals[n], images.Sizes[n]))];
        return decoder.Decode(network.Classify(features, regions_R4), regions_R4, images.Sizes, originals);
    }

    private Tensor Given(IReadOnlyList<Box> proposals, (int Width, int Height) original, (int Width, int Height) size) =>
        Boxes.From([.. proposals.Select(box => box.Rescale(original, size).Clip(size.Width, size.Height)).Where(box => box.IsProper)], device);
}
