using static TorchSharp.torch;

namespace MLNetDeepExtensions.Detection;

/// <summary>
/// Regions as grids of maxima, with edges rounded to cells (Girshick, Fast R-CNN, arXiv 1504.08083, section 2.1). Results and gradients equal
/// torchvision's roi_pool.
/// </summary>
/// <remarks>
/// The maximum of any window is that of four windows whose sides are powers of two, which together cover it; the maxima of all such windows are
/// computed once. Where a gradient is needed, integers stand for the values, in the same order, with the number of the cell in their last bits:
/// so that the largest also says where it is from.
/// </remarks>
internal static class RoiPool
{
    private const long CellNumbers = 1L << 24, Mantissas = 1L << 24;

    /// <summary>Rows compared at once, so that what is compared stays in the processor's cache.</summary>
    private const long RowsAtOnce = 256;

    /// <summary>Pools regions from one map.</summary>
    /// <param name="map_NCHW">The map; at most 2^24 cells in all images.</param>
    /// <param name="boxes_K4">Corners in pixels.</param>
    /// <param name="image_K">Which of the N images each box is of, Int64.</param>
    /// <param name="size">Rows and columns of the grids.</param>
    /// <param name="scale">Cells over pixels.</param>
    /// <returns>Float32 [K, C, size, size]; 0 where a part lies beyond the map.</returns>
    public static Tensor Of(Tensor map_NCHW, Tensor boxes_K4, Tensor image_K, int size, double scale)
    {
        using var scope = NewDisposeScope();
        var values_XC = map_NCHW.permute(0, 2, 3, 1).flatten(0, 2).to(ScalarType.Float32);
        Tensor pooled_YC, isEmpty_Y1;
        using (no_grad())
        {
            var cells_K4 = Rounded(boxes_K4.to(ScalarType.Float32) * (float)scale);
            var rows = new Parts(cells_K4.select(1, 1), cells_K4.select(1, 3), size, map_NCHW.shape[2]);
            var columns = new Parts(cells_K4.select(1, 0), cells_K4.select(1, 2), size, map_NCHW.shape[3]);
            isEmpty_Y1 = rows.IsEmpty_KS.unsqueeze(2).logical_or(columns.IsEmpty_KS.unsqueeze(1)).view(-1, 1);
            var keys_XC = values_XC.requires_grad ? Keys(values_XC.detach()) : values_XC;
            pooled_YC = Largest(keys_XC.view(map_NCHW.shape[0], map_NCHW.shape[2], map_NCHW.shape[3], map_NCHW.shape[1]), image_K, rows, columns);
        }
        if (values_XC.requires_grad)
            pooled_YC = Values(values_XC, pooled_YC);
        if (isEmpty_Y1.any().item<bool>())
            pooled_YC = pooled_YC.masked_fill(isEmpty_Y1, 0);
        return pooled_YC.view(boxes_K4.shape[0], size, size, map_NCHW.shape[1]).permute(0, 3, 1, 2).contiguous().MoveToOuterDisposeScope();
    }

    /// <summary>Halves away from zero.</summary>
    private static Tensor Rounded(Tensor x)
    {
        using var scope = NewDisposeScope();
        return ((x.to(ScalarType.Float64).abs() + 0.5).floor() * x.sign()).to(ScalarType.Float32).MoveToOuterDisposeScope();
    }

    /// <summary>Integers in the order of the values: exponent, mantissa, row. Rows are counted from the last, so that of equal values the first
    /// cell wins, as in torchvision.</summary>
    private static Tensor Keys(Tensor values_XC)
    {
        const int smallestExponent = -148;
        using var scope = NewDisposeScope();
        var (mantissa_XC, exponent_XC) = values_XC.frexp();
        var order_XC = (exponent_XC.to(ScalarType.Int64) - (smallestExponent - 1)).mul_(Mantissas)
            .add_(((mantissa_XC.abs_() - 0.5f) * (2f * Mantissas)).to(ScalarType.Int64)).mul_(values_XC.sign().to(ScalarType.Int64));
        var fromLast_X1 = arange(values_XC.shape[0] - 1, -1, -1, ScalarType.Int64, values_XC.device).unsqueeze(1);
        return order_XC.mul_(CellNumbers).add_(fromLast_X1).MoveToOuterDisposeScope();
    }

    /// <summary>The values that keys are of, with a way back for the gradient. The keys are used up.</summary>
    private static Tensor Values(Tensor values_XC, Tensor keys_YC)
    {
        using var scope = NewDisposeScope();
        long channels = values_XC.shape[1];
        // Places in the whole table: along its rows, reading and adding take several times as long.
        var place_YC = keys_YC.bitwise_and_(tensor(CellNumbers - 1, device: keys_YC.device)).mul_(-channels)
            .add_(arange(channels, ScalarType.Int64, keys_YC.device).add_((values_XC.shape[0] - 1) * channels));
        return values_XC.flatten().gather(0, place_YC.flatten()).view_as(keys_YC).MoveToOuterDisposeScope();
    }

    /// <summary>The largest key of each part of each grid and each channel.</summary>
    private static Tensor Largest(Tensor keys_NHWC, Tensor image_K, Parts rows, Parts columns)
    {
        using var scope = NewDisposeScope();
        var (images, height, width) = (keys_NHWC.shape[0], keys_NHWC.shape[1], keys_NHWC.shape[2]);
        var table_XC = Table(keys_NHWC, rows.Powers, columns.Powers);
        var kind_KSS = rows.Power_KS.unsqueeze(2) * columns.Powers + columns.Power_KS.unsqueeze(1);
        var first_KSS = (kind_KSS * images + image_K.view(-1, 1, 1)) * (height * width);
        Tensor[] at_Y = [.. from row_KS in rows.Windows_KS
            from column_KS in columns.Windows_KS
            select (first_KSS + row_KS.unsqueeze(2) * width + column_KS.unsqueeze(1)).flatten()];
        var largest_YC = table_XC.new_empty([at_Y[0].shape[0], table_XC.shape[1]]);
        for (long y = 0; y < largest_YC.shape[0]; y += RowsAtOnce)
        {
            using var chunk = NewDisposeScope();
            long count = Math.Min(RowsAtOnce, largest_YC.shape[0] - y);
            var windows = at_Y.Select(window_Y => table_XC.index_select(0, window_Y.narrow(0, y, count)));
            largest_YC.narrow(0, y, count).copy_(windows.Aggregate(maximum));
        }
        return largest_YC.MoveToOuterDisposeScope();
    }

    /// <summary>The largest keys in the windows that begin at each cell, for all pairs of powers.</summary>
    private static Tensor Table(Tensor keys_NHWC, int rowPowers, int columnPowers)
    {
        using var scope = NewDisposeScope();
        var kinds = new List<Tensor>();
        for (int row = 0; row < rowPowers; row++)
        {
            var windows_NHWC = keys_NHWC;
            for (int column = 0; column < columnPowers; column++)
            {
                kinds.Add(windows_NHWC.flatten(0, 2));
                windows_NHWC = Doubled(windows_NHWC, 2, 1L << column);
            }
            keys_NHWC = Doubled(keys_NHWC, 1, 1L << row);
        }
        return cat([.. kinds], 0).MoveToOuterDisposeScope();
    }

    /// <summary>The windows twice as long; those that would stick out keep what they have, and are never asked for.</summary>
    private static Tensor Doubled(Tensor windows_NHWC, int axis, long length)
    {
        long count = windows_NHWC.shape[axis];
        if (length >= count)
            return windows_NHWC;
        using var scope = NewDisposeScope();
        var doubled = maximum(windows_NHWC.narrow(axis, 0, count - length), windows_NHWC.narrow(axis, length, count - length));
        return cat([doubled, windows_NHWC.narrow(axis, count - length, length)], axis).MoveToOuterDisposeScope();
    }

    /// <summary>The S parts of one side of K boxes, in cells of the map.</summary>
    private sealed class Parts
    {
        public Parts(Tensor first_K, Tensor last_K, int size, long length)
        {
            var part_K1 = ((last_K - first_K + 1).clamp(min: 1) / size).unsqueeze(1);
            var number_S = arange(size, ScalarType.Float32, first_K.device);
            var from_KS = ((number_S * part_K1).floor() + first_K.unsqueeze(1)).clamp(0, length).to(ScalarType.Int64);
            var to_KS = (((number_S + 1) * part_K1).ceil() + first_K.unsqueeze(1)).clamp(0, length).to(ScalarType.Int64);
            IsEmpty_KS = to_KS <= from_KS;
            var power_KS = (to_KS - from_KS).clamp(min: 1).to(ScalarType.Float64).log2().floor();
            Power_KS = power_KS.to(ScalarType.Int64);
            Powers = first_K.shape[0] == 0 ? 1 : (int)Power_KS.max().item<long>() + 1;
            Windows_KS = [from_KS.clamp(0, length - 1), (to_KS - power_KS.exp2().to(ScalarType.Int64)).clamp(0, length - 1)];
        }

        /// <summary>True for parts beyond the map.</summary>
        public Tensor IsEmpty_KS { get; }

        /// <summary>The logarithm of the largest power of two that fits into each part.</summary>
        public Tensor Power_KS { get; }

        /// <summary>One more than the largest of these logarithms.</summary>
        public int Powers { get; }

        /// <summary>The first cells of the two windows of so many cells that cover each part.</summary>
        public Tensor[] Windows_KS { get; }
    }
}
