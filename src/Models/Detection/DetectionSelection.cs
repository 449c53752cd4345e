using System.Diagnostics;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Detection;

/// <summary>The last steps of every detector: which of the candidates are given.</summary>
internal static class DetectionSelection
{
    /// <summary>Threshold, the best candidates of each class, and <see cref="Best"/>, for boxes that all classes share.</summary>
    /// <param name="boxes_NA4">Corners in pixels of the network's input.</param>
    /// <param name="scores_NCA">Scores of each class at each box.</param>
    /// <param name="options">Thresholds, none of them null.</param>
    /// <param name="imageSize">Side of the network's input in pixels.</param>
    /// <param name="sizes">Width and height of the N original images in pixels.</param>
    /// <returns>The objects of each image, best first, in pixels of the original images.</returns>
    public static IReadOnlyList<IReadOnlyList<DetectedObject>> Of(
        Tensor boxes_NA4, Tensor scores_NCA, DetectionOptions options, int imageSize, IReadOnlyList<(int Width, int Height)> sizes)
    {
        if (sizes.Count != boxes_NA4.shape[0])
            throw new ArgumentException($"sizes: expected {boxes_NA4.shape[0]}, one for each image, got {sizes.Count}.");
        using var scope = NewDisposeScope();
        int boxCount = (int)boxes_NA4.shape[1], perClass = Math.Min(options.CandidatesPerClass!.Value, boxCount);
        var (scores_NCK, indices_NCK) = scores_NCA.contiguous().topk(perClass, -1);
        float[][] rows = ToManaged(boxes_NA4, scores_NCK, indices_NCK);
        return [.. sizes.Select((size, n) => Best(
            Candidates(rows[n], boxCount, perClass, options.ScoreThreshold!.Value), options,
            (float)size.Width / imageSize, (float)size.Height / imageSize))];
    }

    /// <summary>Non-maximum suppression in each class, then the best of all, best first.</summary>
    /// <param name="candidates">Boxes in pixels of the network's input.</param>
    /// <param name="options">Thresholds, none of them null.</param>
    /// <param name="scaleX">Width of the original image over that of the network's input.</param>
    /// <param name="scaleY">Height of the original image over that of the network's input.</param>
    /// <returns>Boxes in pixels of the original image.</returns>
    public static DetectedObject[] Best(IReadOnlyList<DetectedObject> candidates, DetectionOptions options, float scaleX, float scaleY)
    {
        int[] kept = NonMaximumSuppression.KeepPerClass(
            [.. candidates.Select(o => o.Box)], [.. candidates.Select(o => o.Score)], [.. candidates.Select(o => o.Class)],
            options.NmsThreshold!.Value);
        return [.. kept.Take(options.MaxDetections!.Value).Select(i => candidates[i] with { Box = Scaled(candidates[i].Box, scaleX, scaleY) })];
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

    private static List<DetectedObject> Candidates(float[] row, int boxCount, int perClass, float threshold)
    {
        int count = (row.Length - 4 * boxCount) / 2;
        var found = new List<DetectedObject>();
        for (int i = 0; i < count; i++)
        {
            float score = row[4 * boxCount + i];
            if (!(score > threshold))
                continue;
            int at = 4 * (int)row[4 * boxCount + count + i];
            found.Add(new(new(row[at], row[at + 1], row[at + 2], row[at + 3]), i / perClass, score));
        }
        return found;
    }

    private static Box Scaled(Box box, float x, float y) => new(box.X0 * x, box.Y0 * y, box.X1 * x, box.Y1 * y);
}
