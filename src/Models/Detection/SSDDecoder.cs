using System.Diagnostics;
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
        if (sizes.Count != output.Logits_NAC.shape[0])
            throw new ArgumentException($"sizes: expected {output.Logits_NAC.shape[0]}, one for each image, got {sizes.Count}.");
        using var scope = NewDisposeScope();
        using var constant = no_grad();
        var (scores_NCK, indices_NCK) = Candidates(output.Logits_NAC);
        var boxes_NA4 = Boxes.Clip(coder.Decode(output.Offsets_NA4, defaults_A4), imageSize, imageSize);
        float[][] parts = ToManaged(boxes_NA4, scores_NCK, indices_NCK);
        int perClass = (int)scores_NCK.shape[2];
        return [.. sizes.Select((size, n) => Select(parts[n], perClass, size))];
    }

    /// <summary>Frees the default boxes.</summary>
    public void Dispose() => defaults_A4.Dispose();

    private (Tensor Scores_NCK, Tensor Indices_NCK) Candidates(Tensor logits_NAC)
    {
        var scores_NCA = logits_NAC.softmax(-1).narrow(2, 1, logits_NAC.shape[2] - 1).transpose(1, 2).contiguous();
        return scores_NCA.topk((int)Math.Min(options.CandidatesPerClass!.Value, scores_NCA.shape[2]), -1);
    }

    /// <summary>One row for each image: boxes, scores, indices; copied from the device at once. Single precision holds indices up to
    /// 2^24.</summary>
    private static float[][] ToManaged(Tensor boxes_NA4, Tensor scores_NCK, Tensor indices_NCK)
    {
        Debug.Assert(boxes_NA4.shape[1] < 1 << 24);
        var rows_NX = cat([boxes_NA4.flatten(1), scores_NCK.flatten(1), indices_NCK.flatten(1).to(ScalarType.Float32)], 1).cpu();
        int length = (int)rows_NX.shape[1];
        return [.. rows_NX.data<float>().ToArray().Chunk(length)];
    }

    private DetectedObject[] Select(float[] row, int perClass, (int Width, int Height) size)
    {
        int boxCount = (int)defaults_A4.shape[0], candidates = (row.Length - 4 * boxCount) / 2;
        var found = new List<DetectedObject>();
        for (int i = 0; i < candidates; i++)
        {
            float score = row[4 * boxCount + i];
            if (!(score > options.ScoreThreshold))
                continue;
            int at = 4 * (int)row[4 * boxCount + candidates + i];
            found.Add(new(new(row[at], row[at + 1], row[at + 2], row[at + 3]), i / perClass, score));
        }
        int[] kept = NonMaximumSuppression.KeepPerClass(
            [.. found.Select(o => o.Box)], [.. found.Select(o => o.Score)], [.. found.Select(o => o.Class)], options.NmsThreshold!.Value);
        return [.. kept.Take(options.MaxDetections!.Value).Select(i => found[i] with { Box = found[i].Box.Rescale((imageSize, imageSize), size) })];
    }
}
