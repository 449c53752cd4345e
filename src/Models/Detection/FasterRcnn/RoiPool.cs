using static TorchSharp.torch;

namespace MLNetDeepExtensions.Detection;

/// <summary>
/// Regions as grids of maxima, with edges rounded to cells (Girshick, Fast R-CNN, arXiv 1504.08083, section 2.1). Results and gradients equal
/// torchvision's roi_pool.
/// </summary>
/// <remarks>
/// The maximum of any window is that of four windows whose sides are powers of two, which together cover it; the maxima of all such windows are
/// computed once. The gradient goes to the cell of the maximum; of equal cells to any one.
/// </remarks>
internal static class RoiPool
{
    /// <summary>Pools regions from one map.</summary>
    /// <param name="map_NCHW">The map; below 2^24 cells in all images.</param>
    /// <param name="boxes_K4">Corners in pixels.</param>
    /// <param name="image_K">Which of the N images each box is of, Int64.</param>
    /// <param name="size">Rows and columns of the grids.</param>
    /// <param name="scale">Cells over pixels.</param>
    /// <returns>Float32 [K, C, size, size]; 0 where a part lies beyond the map.</returns>
    public static Tensor Of(Tensor map_NCHW, Tensor boxes_K4, Tensor image_K, int size, double scale)
    {
        using var scope = NewDisposeScope();
        var cells_NHWC = map_NCHW.permute(0, 2, 3, 1).to(ScalarType.Float32).contiguous();
        Tensor maximum_YC, isEmpty_Y1;
        using (no_grad())
        {
            var (height, width) = (map_NCHW.shape[2], map_NCHW.shape[3]);
            var cells_K4 = Rounded(boxes_K4.to(ScalarType.Float32) * (float)scale);
            var (top_KS, bottom_KS) = Edges(cells_K4.select(1, 1), cells_K4.select(1, 3), size, height);
            var (left_KS, right_KS) = Edges(cells_K4.select(1, 0), cells_K4.select(1, 2), size, width);
            isEmpty_Y1 = (bottom_KS <= top_KS).unsqueeze(2).logical_or((right_KS <= left_KS).unsqueeze(1)).view(-1, 1);
            maximum_YC = Maxima(cells_NHWC.detach(), image_K, top_KS, bottom_KS, left_KS, right_KS);
        }
        var pooled_YC = cells_NHWC.flatten(0, 2).gather(0, maximum_YC).masked_fill(isEmpty_Y1, 0);
        return pooled_YC.view(boxes_K4.shape[0], size, size, -1).permute(0, 3, 1, 2).contiguous().MoveToOuterDisposeScope();
    }

    /// <summary>Halves away from zero.</summary>
    private static Tensor Rounded(Tensor x)
    {
        using var scope = NewDisposeScope();
        return ((x.to(ScalarType.Float64).abs() + 0.5).floor() * x.sign()).to(ScalarType.Float32).MoveToOuterDisposeScope();
    }

    /// <summary>First cell and the cell after the last of each part of each box's side, within the map.</summary>
    private static (Tensor From_KS, Tensor To_KS) Edges(Tensor first_K, Tensor last_K, int size, long length)
    {
        using var scope = NewDisposeScope();
        var part_K1 = ((last_K - first_K + 1).clamp(min: 1) / size).unsqueeze(1);
        var number_S = arange(size, ScalarType.Float32, first_K.device);
        var from_KS = (number_S * part_K1).floor() + first_K.unsqueeze(1);
        var to_KS = ((number_S + 1) * part_K1).ceil() + first_K.unsqueeze(1);
        return scope.MoveToOuter(from_KS.clamp(0, length).to(ScalarType.Int64), to_KS.clamp(0, length).to(ScalarType.Int64));
    }

    /// <summary>For each part of each grid and each channel the cell with the maximum, counted over all images.</summary>
    private static Tensor Maxima(Tensor cells_NHWC, Tensor image_K, Tensor top_KS, Tensor bottom_KS, Tensor left_KS, Tensor right_KS)
    {
        using var scope = NewDisposeScope();
        var (height, width) = (cells_NHWC.shape[1], cells_NHWC.shape[2]);
        var (rowPower_KS, rows_KS) = Windows(top_KS, bottom_KS);
        var (columnPower_KS, columns_KS) = Windows(left_KS, right_KS);
        int rowPowers = Most(rowPower_KS), columnPowers = Most(columnPower_KS);
        var table_X2C = Table(cells_NHWC, rowPowers, columnPowers);

        var kind_KSS = rowPower_KS.unsqueeze(2) * columnPowers + columnPower_KS.unsqueeze(1);
        var start_KSS = (kind_KSS * cells_NHWC.shape[0] + image_K.view(-1, 1, 1)) * (height * width);
        Tensor? best_Y2C = null;
        foreach (var y_KS in new[] { top_KS, bottom_KS - rows_KS })
            foreach (var x_KS in new[] { left_KS, right_KS - columns_KS })
            {
                var y_KS1 = y_KS.clamp(0, height - 1).unsqueeze(2);
                var at_Y = (start_KSS + y_KS1 * width + x_KS.clamp(0, width - 1).unsqueeze(1)).flatten();
                var window_Y2C = table_X2C.index_select(0, at_Y);
                best_Y2C = best_Y2C is null ? window_Y2C : Better(best_Y2C, window_Y2C);
            }
        return best_Y2C!.select(1, 1).to(ScalarType.Int64).MoveToOuterDisposeScope();
    }

    /// <summary>The largest power of two that fits between two edges: its logarithm, and itself.</summary>
    private static (Tensor Power_KS, Tensor Length_KS) Windows(Tensor from_KS, Tensor to_KS)
    {
        using var scope = NewDisposeScope();
        var power_KS = (to_KS - from_KS).clamp(min: 1).to(ScalarType.Float64).log2().floor();
        return scope.MoveToOuter(power_KS.to(ScalarType.Int64), power_KS.exp2().to(ScalarType.Int64));
    }

    private static int Most(Tensor power_KS) => power_KS.shape[0] == 0 ? 1 : (int)power_KS.max().item<long>() + 1;

    /// <summary>Maximum and its cell in the windows that begin at each cell, for all pairs of powers; [2] holds both.</summary>
    private static Tensor Table(Tensor cells_NHWC, int rowPowers, int columnPowers)
    {
        using var scope = NewDisposeScope();
        long count = cells_NHWC.shape[0] * cells_NHWC.shape[1] * cells_NHWC.shape[2];
        var number_NHW1 = arange(count, ScalarType.Float32, cells_NHWC.device).view([.. cells_NHWC.shape[..3], 1]);
        var rows_NHW2C = stack([cells_NHWC, number_NHW1.expand_as(cells_NHWC)], 3);
        var kinds = new List<Tensor>();
        for (int row = 0; row < rowPowers; row++)
        {
            var window_NHW2C = rows_NHW2C;
            for (int column = 0; column < columnPowers; column++)
            {
                kinds.Add(window_NHW2C.flatten(0, 2));
                window_NHW2C = Doubled(window_NHW2C, 2, 1L << column);
            }
            rows_NHW2C = Doubled(rows_NHW2C, 1, 1L << row);
        }
        return cat([.. kinds], 0).MoveToOuterDisposeScope();
    }

    /// <summary>The windows twice as long; those that would stick out keep what they have, and are never asked for.</summary>
    private static Tensor Doubled(Tensor window_NHW2C, int axis, long length)
    {
        long count = window_NHW2C.shape[axis];
        if (length >= count)
            return window_NHW2C;
        using var scope = NewDisposeScope();
        var next = window_NHW2C.narrow(axis, length, count - length);
        var doubled = Better(window_NHW2C.narrow(axis, 0, count - length), next);
        return cat([doubled, window_NHW2C.narrow(axis, count - length, length)], axis).MoveToOuterDisposeScope();
    }

    private static Tensor Better(Tensor first_2C, Tensor second_2C)
    {
        using var scope = NewDisposeScope();
        var isBetter = second_2C.select(-2, 0) > first_2C.select(-2, 0);
        return where(isBetter.unsqueeze(-2), second_2C, first_2C).MoveToOuterDisposeScope();
    }
}
