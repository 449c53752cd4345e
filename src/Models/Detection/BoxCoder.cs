using static TorchSharp.torch;

namespace MLNetDeepExtensions.Detection;

/// <summary>
/// Boxes as offsets from reference boxes: centre shift over the reference's size, logarithm of the size ratio, each divided by a variance
/// (Girshick et al., arXiv 1311.2524, appendix C; SSD, arXiv 1512.02325, equation 2).
/// </summary>
/// <param name="variances">Divisors of the four offsets: 0.1, 0.1, 0.2, 0.2 are torchvision's weights 10, 10, 5, 5.</param>
/// <param name="maxLogRatio">Bound on the decoded logarithm of a size ratio; torchvision's is <see cref="DefaultMaxLogRatio"/>.</param>
public sealed class BoxCoder(IReadOnlyList<float> variances, double maxLogRatio = BoxCoder.DefaultMaxLogRatio)
{
    /// <summary>ln(1000 / 16): a box at most 62.5 times as long as its reference.</summary>
    public const double DefaultMaxLogRatio = 4.135166556742356;

    /// <summary>Offsets of boxes from their references.</summary>
    /// <param name="boxes_4">Corners [..., 4], proper boxes.</param>
    /// <param name="references_4">Corners [..., 4] in the same unit, broadcast against the boxes.</param>
    /// <returns>[..., 4]: x, y, w, h.</returns>
    public Tensor Encode(Tensor boxes_4, Tensor references_4)
    {
        using var scope = NewDisposeScope();
        var (shift_2, ratio_2) = Halves(Boxes.CentresFromCorners(boxes_4));
        var (centre_2, size_2) = Halves(Boxes.CentresFromCorners(references_4));
        return (cat([(shift_2 - centre_2) / size_2, (ratio_2 / size_2).log()], -1) / Divisors(boxes_4)).MoveToOuterDisposeScope();
    }

    /// <summary>Corners [..., 4] of the boxes that lie at <paramref name="offsets_4"/> from <paramref name="references_4"/>.</summary>
    public Tensor Decode(Tensor offsets_4, Tensor references_4)
    {
        using var scope = NewDisposeScope();
        var (shift_2, logRatio_2) = Halves(offsets_4 * Divisors(offsets_4));
        var (centre_2, size_2) = Halves(Boxes.CentresFromCorners(references_4));
        var decoded_4 = cat([shift_2 * size_2 + centre_2, logRatio_2.clamp(max: maxLogRatio).exp() * size_2], -1);
        return Boxes.CornersFromCentres(decoded_4).MoveToOuterDisposeScope();
    }

    private static (Tensor, Tensor) Halves(Tensor x) => (x[TensorIndex.Ellipsis, ..2], x[TensorIndex.Ellipsis, 2..]);

    private Tensor Divisors(Tensor like) => tensor([.. variances], dtype: like.dtype, device: like.device);
}
