using static TorchSharp.torch;

namespace MLNetDeepExtensions.Detection;

/// <summary>Where the boxes of YOLO's cells lie in the image (section 2).</summary>
internal static class YoloGrid
{
    /// <summary>Column and row [..., 2] of cells that are numbered row by row.</summary>
    public static Tensor Corners(Tensor cells, int gridSize)
    {
        using var scope = NewDisposeScope();
        return stack([cells % gridSize, cells.floor_divide(gridSize)], -1).to(ScalarType.Float32).MoveToOuterDisposeScope();
    }

    /// <summary>Centre and size [..., 4] in parts of the image.</summary>
    /// <param name="numbers_5">x, y in parts of the cell, roots of width and height; what comes after is not looked at.</param>
    /// <param name="corners_2">Column and row of the boxes' cells, broadcast against the boxes.</param>
    /// <param name="gridSize">Cells on each side.</param>
    public static Tensor Boxes(Tensor numbers_5, Tensor corners_2, int gridSize)
    {
        using var scope = NewDisposeScope();
        var centre_2 = (numbers_5[TensorIndex.Ellipsis, ..2] + corners_2) / gridSize;
        return cat([centre_2, numbers_5[TensorIndex.Ellipsis, 2..4].square()], -1).MoveToOuterDisposeScope();
    }
}
