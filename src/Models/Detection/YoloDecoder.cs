using static TorchSharp.torch;

namespace MLNetDeepExtensions.Detection;

/// <summary>Turns what a YOLO network says into objects: class-specific confidences (section 2, equation 1), boxes, non-maximum
/// suppression.</summary>
/// <param name="network">The network that predicts.</param>
/// <param name="options">Thresholds; null for <see cref="Defaults"/>.</param>
public sealed class YoloDecoder(YoloNetworkOptions network, DetectionOptions? options = null)
{
    private readonly DetectionOptions options = (options ?? new()).Or(Defaults);

    /// <summary>What the authors evaluated Pascal VOC with.</summary>
    public static DetectionOptions Defaults { get; } =
        new() { ScoreThreshold = 0.001f, NmsThreshold = 0.5f, MaxDetections = 200, CandidatesPerClass = 400 };

    /// <summary>The objects of each image, best first, in pixels of the original images.</summary>
    /// <param name="cells_NSSD">What the network says about N images.</param>
    /// <param name="sizes">Width and height of the N original images in pixels.</param>
    public IReadOnlyList<IReadOnlyList<DetectedObject>> Decode(Tensor cells_NSSD, IReadOnlyList<(int Width, int Height)> sizes)
    {
        using var scope = NewDisposeScope();
        using var constant = no_grad();
        var cells_NKD = cells_NSSD.flatten(1, 2);
        var boxes_NKB5 = cells_NKD.narrow(2, 0, 5 * network.Boxes).unflatten(2, [network.Boxes, 5]);
        // Trained by squared error, both may lie a little outside of 0 to 1; two negative numbers are no object.
        var classes_NK1C = cells_NKD.narrow(2, 5 * network.Boxes, network.Classes).clamp(0, 1).unsqueeze(2);
        var scores_NKBC = boxes_NKB5.narrow(3, 4, 1).clamp(0, 1) * classes_NK1C;
        return DetectionSelection.Of(Corners(boxes_NKB5), scores_NKBC.flatten(1, 2).transpose(1, 2), options, network.ImageSize, sizes);
    }

    /// <summary>Corners [N, S * S * B, 4] in pixels of the network's input, clipped.</summary>
    private Tensor Corners(Tensor boxes_NKB5)
    {
        using var scope = NewDisposeScope();
        var cells_K = arange(boxes_NKB5.shape[1], device: boxes_NKB5.device);
        var centres_NKB4 = YoloGrid.Boxes(boxes_NKB5, YoloGrid.Corners(cells_K, network.GridSize).unsqueeze(1), network.GridSize);
        var corners_NP4 = Boxes.CornersFromCentres(centres_NKB4).flatten(1, 2) * network.ImageSize;
        return Boxes.Clip(corners_NP4, network.ImageSize, network.ImageSize).MoveToOuterDisposeScope();
    }
}
