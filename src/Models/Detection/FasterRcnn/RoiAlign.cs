using static TorchSharp.torch;

namespace MLNetDeepExtensions.Detection;

/// <summary>
/// Regions as grids of means of bilinear samples (He et al., Mask R-CNN, arXiv 1703.06870, section 3). Results and gradients equal torchvision's
/// roi_align.
/// </summary>
/// <remarks>
/// Every part of every grid is a weighted sum of cells, so that all regions of all images and maps are one product of a sparse matrix of
/// weights and a dense one of cells; so is the gradient.
/// </remarks>
internal static class RoiAlign
{
    /// <summary>Pools regions, each from its own map.</summary>
    /// <param name="maps_NCHW">Maps of any sizes with the same number of channels.</param>
    /// <param name="scales">For each map its cells over the pixels of the boxes.</param>
    /// <param name="boxes_K4">Corners in pixels.</param>
    /// <param name="image_K">Which of the N images each box is of, Int64.</param>
    /// <param name="map_K">Which of the maps each box is pooled from, Int64.</param>
    /// <param name="size">Rows and columns of the grids.</param>
    /// <param name="samples">Samples per axis in each part; 0 for one for each cell under it.</param>
    /// <param name="halfPixel">Takes a cell's centre for half a cell off its corner (torchvision's "aligned").</param>
    /// <returns>Float32 [K, C, size, size].</returns>
    public static Tensor Of(IReadOnlyList<Tensor> maps_NCHW, IReadOnlyList<double> scales, Tensor boxes_K4, Tensor image_K, Tensor map_K,
        int size, int samples = 2, bool halfPixel = false)
    {
        using var scope = NewDisposeScope();
        var cells_XC = cat([.. maps_NCHW.Select(map => map.permute(0, 2, 3, 1).flatten(0, 2))], 0).to(ScalarType.Float32);
        Tensor weights_YX;
        using (no_grad())
            weights_YX = Weights(maps_NCHW, scales, boxes_K4.to(ScalarType.Float32), image_K, map_K, size, samples, halfPixel);
        var pooled_YC = weights_YX.mm(cells_XC);
        return pooled_YC.view(boxes_K4.shape[0], size, size, maps_NCHW[0].shape[1]).permute(0, 3, 1, 2).contiguous().MoveToOuterDisposeScope();
    }

    /// <summary>Weights of all cells of all maps, map by map and image by image, in all parts of all grids.</summary>
    private static Tensor Weights(IReadOnlyList<Tensor> maps_NCHW, IReadOnlyList<double> scales, Tensor boxes_K4, Tensor image_K, Tensor map_K,
        int size, int samples, bool halfPixel)
    {
        using var scope = NewDisposeScope();
        Tensor OfMap(IEnumerable<long> values) => tensor([.. values], device: boxes_K4.device).index_select(0, map_K);
        Tensor height_K = OfMap(maps_NCHW.Select(map => map.shape[2])), width_K = OfMap(maps_NCHW.Select(map => map.shape[3]));
        long[] cells = [.. maps_NCHW.Select(map => map.shape[0] * map.shape[2] * map.shape[3])];
        var first_K = OfMap(cells.Select((_, k) => cells[..k].Sum())) + image_K * height_K * width_K;

        var scale_K1 = tensor([.. scales.Select(scale => (float)scale)], device: boxes_K4.device).index_select(0, map_K).unsqueeze(1);
        var corners_K4 = boxes_K4 * scale_K1 - (halfPixel ? 0.5f : 0);
        var y = AxisTaps(corners_K4.select(1, 1), corners_K4.select(1, 3), height_K, size, samples, halfPixel);
        var x = AxisTaps(corners_K4.select(1, 0), corners_K4.select(1, 2), width_K, size, samples, halfPixel);
        var row_KS1T1 = (y.Index_KST * width_K.view(-1, 1, 1)).unsqueeze(2).unsqueeze(4);
        var cell_KSSTT = row_KS1T1 + x.Index_KST.unsqueeze(1).unsqueeze(3) + first_K.view(-1, 1, 1, 1, 1);
        var weight_KSSTT = y.Weight_KST.unsqueeze(2).unsqueeze(4) * x.Weight_KST.unsqueeze(1).unsqueeze(3);
        long parts = boxes_K4.shape[0] * size * size;
        long taps = y.Index_KST.shape[2] * x.Index_KST.shape[2];
        return Sparse(weight_KSSTT.reshape(parts, taps), cell_KSSTT.reshape(parts, taps), cells.Sum()).MoveToOuterDisposeScope();
    }

    /// <summary>For each of K boxes and S parts of its side the T cells whose weighted sum is the mean of the samples in the part.</summary>
    private static (Tensor Index_KST, Tensor Weight_KST) AxisTaps(
        Tensor start_K, Tensor end_K, Tensor length_K, int size, int samples, bool halfPixel)
    {
        using var scope = NewDisposeScope();
        var extent_K = end_K - start_K;
        if (!halfPixel)
            extent_K = extent_K.clamp(min: 1);
        var part_K11 = (extent_K / size).view(-1, 1, 1);
        var count_K11 = samples > 0 ? full_like(part_K11, samples) : part_K11.ceil().clamp(min: 1);
        int most = samples > 0 || start_K.shape[0] == 0 ? Math.Max(samples, 1) : (int)count_K11.max().item<float>();
        var sample_P = arange(most, ScalarType.Float32, start_K.device);
        var position_KSP = start_K.view(-1, 1, 1) + arange(size, ScalarType.Float32, start_K.device).view(1, -1, 1) * part_K11
            + (sample_P + 0.5f) * part_K11 / count_K11;

        var length_K11 = length_K.view(-1, 1, 1);
        var counts_KSP = (position_KSP >= -1).logical_and_(position_KSP <= length_K11).logical_and_(sample_P < count_K11);
        var inside_KSP = minimum(position_KSP.clamp(min: 0), (length_K11 - 1).to(ScalarType.Float32));
        var low_KSP = inside_KSP.floor();
        var highWeight_KSP = inside_KSP - low_KSP;
        var index_KSP = low_KSP.to(ScalarType.Int64);
        var weight_KSP2 = stack([1 - highWeight_KSP, highWeight_KSP], -1) * (counts_KSP / count_K11).unsqueeze(-1);
        var index_KSP2 = stack([index_KSP, minimum(index_KSP + 1, length_K11 - 1)], -1);
        return scope.MoveToOuter(index_KSP2.flatten(2), weight_KSP2.flatten(2));
    }

    private static Tensor Sparse(Tensor weight_YT, Tensor column_YT, long columns)
    {
        using var scope = NewDisposeScope();
        var (rows, taps) = (weight_YT.shape[0], weight_YT.shape[1]);
        var row_YT = arange(rows, ScalarType.Int64, weight_YT.device).unsqueeze(1).expand(rows, taps);
        return sparse_coo_tensor(stack([row_YT, column_YT], 0).flatten(1), weight_YT.flatten(), [rows, columns]).MoveToOuterDisposeScope();
    }
}
