using static TorchSharp.torch;

namespace MLNetDeepExtensions.Detection;

/// <summary>
/// Regions as grids of maxima, with edges rounded to cells (Girshick, Fast R-CNN, arXiv 1504.08083, section 2.1). Results and gradients equal
/// torchvision's roi_pool.
/// </summary>
/// <remarks>
/// Parts are taken in the order of their size, so many at a time that their cells stay in the processor's cache, and filled up to the largest of
/// those by repeating their last row and column, which changes no maximum.
/// </remarks>
internal static class RoiPool
{
    private const int PartsAtOnce = 128;

    /// <summary>Pools regions from one map.</summary>
    /// <param name="map_NCHW">The map.</param>
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
            var first_KSS = (image_K.view(-1, 1, 1) * map_NCHW.shape[2] + rows.First_KS.unsqueeze(2)) * map_NCHW.shape[3] + columns.First_KS.unsqueeze(1);
            pooled_YC = Largest(
                values_XC.detach(), first_KSS, map_NCHW.shape[3], rows.Count_KS.unsqueeze(2), columns.Count_KS.unsqueeze(1), isCell: values_XC.requires_grad);
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

    /// <summary>The values of cells, one for each part and channel, with a way back for the gradient.</summary>
    private static Tensor Values(Tensor values_XC, Tensor cell_YC)
    {
        using var scope = NewDisposeScope();
        long channels = values_XC.shape[1];
        // Places in the whole table, by index_select: gather takes twenty times as long.
        var place_YC = (cell_YC * channels).add_(arange(channels, ScalarType.Int64, cell_YC.device));
        return values_XC.flatten().index_select(0, place_YC.flatten()).view_as(cell_YC).MoveToOuterDisposeScope();
    }

    /// <summary>The largest value of each part of each grid and each channel, or the first cell that has it.</summary>
    private static Tensor Largest(Tensor values_XC, Tensor first_KSS, long width, Tensor rows_KS1, Tensor columns_K1S, bool isCell)
    {
        using var scope = NewDisposeScope();
        var size_Y2 = stack([rows_KS1.expand_as(first_KSS), columns_K1S.expand_as(first_KSS)], -1).view(-1, 2);
        var part_Y = size_Y2.prod(1).argsort();
        var sorted_Y2 = size_Y2.index_select(0, part_Y);
        var sortedFirst_Y = first_KSS.flatten().index_select(0, part_Y);
        var largest_YC = empty([part_Y.shape[0], values_XC.shape[1]], isCell ? ScalarType.Int64 : ScalarType.Float32, values_XC.device);
        for (long y = 0; y < part_Y.shape[0]; y += PartsAtOnce)
        {
            using var chunk = NewDisposeScope();
            long count = Math.Min(PartsAtOnce, part_Y.shape[0] - y);
            var size_P2 = sorted_Y2.narrow(0, y, count);
            long[] most = ManagedCopy.Of<long>(size_P2.amax([0]));
            var row_PR1 = Repeated(size_P2.narrow(1, 0, 1), most[0]).unsqueeze(2);
            var column_P1Q = Repeated(size_P2.narrow(1, 1, 1), most[1]).unsqueeze(1);
            var cell_PT = (sortedFirst_Y.narrow(0, y, count).view(-1, 1, 1) + row_PR1 * width + column_P1Q).flatten(1);
            var value_PTC = values_XC.index_select(0, cell_PT.flatten()).view(count, cell_PT.shape[1], values_XC.shape[1]);
            var largest_P1C = value_PTC.amax([1], keepdim: true);
            largest_YC.index_copy_(0, part_Y.narrow(0, y, count), isCell ? cell_PT.gather(1, First(value_PTC.eq(largest_P1C))) : largest_P1C.squeeze(1));
        }
        return largest_YC.MoveToOuterDisposeScope();
    }

    /// <summary>The first place of the middle axis that is true, as torchvision has it of equal values.</summary>
    private static Tensor First(Tensor isLargest_PTC)
    {
        using var scope = NewDisposeScope();
        long count = isLargest_PTC.shape[1];
        var fromLast_T1 = arange(count, 0, -1, count <= byte.MaxValue ? ScalarType.Byte : ScalarType.Int32, isLargest_PTC.device).unsqueeze(1);
        // Nothing is equal to what is not a number.
        return (count - (isLargest_PTC * fromLast_T1).amax([1]).to(ScalarType.Int64)).clamp_(max: count - 1).MoveToOuterDisposeScope();
    }

    /// <summary>0 to the last of each count, then the last again up to the most.</summary>
    private static Tensor Repeated(Tensor count_P1, long most) => minimum(arange(most, ScalarType.Int64, count_P1.device), count_P1 - 1);

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
            First_KS = from_KS.clamp(max: length - 1);
            Count_KS = (to_KS - from_KS).clamp(min: 1);
        }

        /// <summary>True for parts beyond the map.</summary>
        public Tensor IsEmpty_KS { get; }

        /// <summary>The first cell of each part, Int64.</summary>
        public Tensor First_KS { get; }

        /// <summary>The cells of each part, Int64, at least 1.</summary>
        public Tensor Count_KS { get; }
    }
}
