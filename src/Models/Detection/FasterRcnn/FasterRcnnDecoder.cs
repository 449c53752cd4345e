using static TorchSharp.torch;

namespace MLNetDeepExtensions.Detection;

/// <summary>Turns what the detector says about regions into objects: probabilities, boxes, non-maximum suppression (Fast R-CNN, arXiv 1504.08083,
/// section 3.1).</summary>
public sealed class FasterRcnnDecoder
{
    /// <summary>Objects with a shorter side, in pixels of the network's input, are dropped, as in torchvision.</summary>
    private const float LeastSide = 0.01f;
    private readonly BoxCoder coder;
    private readonly DetectionOptions options;

    /// <summary>A decoder for one network.</summary>
    /// <param name="network">The network that predicts.</param>
    /// <param name="options">Thresholds; null for <see cref="Defaults"/>.</param>
    public FasterRcnnDecoder(FasterRcnnNetworkOptions network, DetectionOptions? options = null)
    {
        this.options = (options ?? new()).Or(Defaults);
        coder = new BoxCoder(network.Variances);
    }

    /// <summary>torchvision's thresholds; the paper names none, its authors' code suppresses at 0.3.</summary>
    public static DetectionOptions Defaults { get; } = new() { ScoreThreshold = 0.05f, NmsThreshold = 0.5f, MaxDetections = 100 };

    /// <summary>The objects of each image, best first, in pixels of the original images.</summary>
    /// <param name="output">What the detector says about the regions of N images.</param>
    /// <param name="regions_R4">The regions of each image, as the detector got them.</param>
    /// <param name="sizes">Width and height of the N images in the network's input, without padding.</param>
    /// <param name="originals">Width and height of the N original images in pixels.</param>
    public IReadOnlyList<IReadOnlyList<DetectedObject>> Decode(RegionOutput output, IReadOnlyList<Tensor> regions_R4,
        IReadOnlyList<(int Width, int Height)> sizes, IReadOnlyList<(int Width, int Height)> originals)
    {
        if (sizes.Count != regions_R4.Count || originals.Count != regions_R4.Count)
            throw new ArgumentException(
                $"sizes, originals: expected {regions_R4.Count} of each, one for each image, got {sizes.Count}, {originals.Count}.");
        using var scope = NewDisposeScope();
        using var constant = no_grad();
        long[] counts = [.. regions_R4.Select(boxes_R4 => boxes_R4.shape[0])];
        var scores = output.Logits_KC.softmax(-1).split(counts, 0);
        var offsets = output.Offsets_KC4.split(counts, 0);
        return [.. sizes.Select((size, n) => Select(scores[n], offsets[n], regions_R4[n], size, originals[n]))];
    }

    private DetectedObject[] Select(
        Tensor scores_RC, Tensor offsets_RC4, Tensor regions_R4, (int Width, int Height) size, (int Width, int Height) original)
    {
        using var scope = NewDisposeScope();
        var found_F2 = scores_RC.narrow(1, 1, scores_RC.shape[1] - 1).gt(options.ScoreThreshold!.Value).nonzero();
        var (region_F, class_F) = (found_F2.select(1, 0), found_F2.select(1, 1));
        var score_F = scores_RC.index([region_F, class_F + 1]);
        var decoded_F4 = coder.Decode(offsets_RC4.index([region_F, class_F + 1]), regions_R4.index_select(0, region_F));
        Box[] boxes = Boxes.ToManaged(Boxes.Clip(decoded_F4, size.Width, size.Height));
        float[] scores = ManagedCopy.Of<float>(score_F);
        long[] classes = ManagedCopy.Of<long>(class_F);
        var found = boxes.Select((box, i) => new DetectedObject(box, (int)classes[i], scores[i]))
            .Where(o => Math.Min(o.Box.Width, o.Box.Height) >= LeastSide).ToList();
        return [.. Suppressed(found).Select(o => o with { Box = o.Box.Rescale(size, original) })];
    }

    private IEnumerable<DetectedObject> Suppressed(List<DetectedObject> found)
    {
        if (options.CandidatesPerClass is { } most)
            found = [.. found.GroupBy(o => o.Class).SelectMany(kind => kind.OrderByDescending(o => o.Score).Take(most))];
        int[] kept = NonMaximumSuppression.KeepPerClass(
            [.. found.Select(o => o.Box)], [.. found.Select(o => o.Score)], [.. found.Select(o => o.Class)], options.NmsThreshold!.Value);
        return kept.Take(options.MaxDetections!.Value).Select(i => found[i]);
    }
}
