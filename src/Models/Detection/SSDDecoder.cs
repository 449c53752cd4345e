using static TorchSharp.torch;

namespace MLNetDeepExtensions.Detection;

/// <summary>Turns what an SSD network says into objects (section 3, "Inference"): probabilities, boxes, best candidates, non-maximum
/// suppression.</summary>
public sealed class SSDDecoder : IDisposable
{
    private readonly Tensor defaults_A4;
    private readonly BoxCoder coder;
    private readonly int imageSize;
    private readonly DetectionOptions options;

    /// <summary>Computes the default boxes once.</summary>
    /// <param name="network">The network that predicts.</param>
    /// <param name="options">Thresholds; null for <see cref="Defaults"/>.</param>
    /// <param name="device">Where the network lies.</param>
    public SSDDecoder(SSDNetworkOptions network, DetectionOptions? options = null, Device? device = null)
    {
        this.options = (options ?? new()).Or(Defaults);
        imageSize = network.ImageSize;
        defaults_A4 = SSDDefaultBoxes.Corners(network, device).DetachFromDisposeScope();
        coder = new BoxCoder(network.Variances);
    }

    /// <summary>The paper's thresholds with torchvision's 400 candidates.</summary>
    public static DetectionOptions Defaults { get; } =
        new() { ScoreThreshold = 0.01f, NmsThreshold = 0.45f, MaxDetections = 200, CandidatesPerClass = 400 };

    /// <summary>The objects of each image, best first, in pixels of the original images.</summary>
    /// <param name="output">What the network says about N images.</param>
    /// <param name="sizes">Width and height of the N original images in pixels.</param>
    public IReadOnlyList<IReadOnlyList<DetectedObject>> Decode(SSDOutput output, IReadOnlyList<(int Width, int Height)> sizes)
    {
        using var scope = NewDisposeScope();
        using var constant = no_grad();
        var scores_NCA = output.Logits_NAC.softmax(-1).narrow(2, 1, output.Logits_NAC.shape[2] - 1).transpose(1, 2);
        var boxes_NA4 = Boxes.Clip(coder.Decode(output.Offsets_NA4, defaults_A4), imageSize, imageSize);
        return DetectionSelection.Of(boxes_NA4, scores_NCA, options, imageSize, sizes);
    }

    /// <summary>Frees the default boxes.</summary>
    public void Dispose() => defaults_A4.Dispose();
}
