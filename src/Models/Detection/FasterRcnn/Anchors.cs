using static TorchSharp.torch;

namespace MLNetDeepExtensions.Detection;

/// <summary>The boxes relative to which regions are proposed (section 3.1.1).</summary>
internal static class Anchors
{
    private const float BaseWindow = 16;

    /// <summary>The anchors of every map: corners [A, 4] in pixels of the padded images, row by row, cell by cell.</summary>
    public static IReadOnlyList<Tensor> Of(FasterRcnnNetworkOptions options, ImageFeatures features)
    {
        using var scope = NewDisposeScope();
        var grids = features.Maps_NCHW.Select((map, level) => Grid(
            options.FeaturePyramid ? Centred(options.Sizes[level], options.AnchorRatios) : Windows(options.Sizes, options.AnchorRatios),
            ((int)map.shape[2], (int)map.shape[3]),
            (features.Height / (int)map.shape[2], features.Width / (int)map.shape[3]), map.device)).ToList();
        scope.MoveToOuter(grids);
        return grids;
    }

    /// <summary>
    /// The paper's anchors of the first cell, ratio by ratio: windows of 16 x 16 cells' area whose sides are rounded, then scaled, about the
    /// centre of the cell. The authors' right and bottom edges are inclusive, one pixel less.
    /// </summary>
    public static IReadOnlyList<Box> Windows(IReadOnlyList<float> sizes, IReadOnlyList<float> ratios)
    {
        const float centre = BaseWindow / 2;
        return [.. from ratio in ratios
            let width = MathF.Round(MathF.Sqrt(BaseWindow * BaseWindow / ratio))
            let height = MathF.Round(width * ratio)
            from size in sizes
            let halfWidth = width * size / BaseWindow / 2
            let halfHeight = height * size / BaseWindow / 2
            select new Box(centre - halfWidth, centre - halfHeight, centre + halfWidth, centre + halfHeight)];
    }

    /// <summary>torchvision's anchors of the first cell: about its upper left corner, corners rounded to pixels.</summary>
    public static IReadOnlyList<Box> Centred(float size, IReadOnlyList<float> ratios) =>
        [.. from ratio in ratios
            let root = MathF.Sqrt(ratio)
            let right = MathF.Round(1 / root * size / 2)
            let bottom = MathF.Round(root * size / 2)
            select new Box(-right, -bottom, right, bottom)];

    /// <summary>The anchors of the first cell, moved to every cell.</summary>
    public static Tensor Grid(IReadOnlyList<Box> first, (int Rows, int Columns) map, (int Y, int X) stride, Device? device = null)
    {
        using var scope = NewDisposeScope();
        var y_H1 = (arange(map.Rows, ScalarType.Float32, device) * stride.Y).unsqueeze(1).expand(map.Rows, map.Columns);
        var x_1W = (arange(map.Columns, ScalarType.Float32, device) * stride.X).unsqueeze(0).expand(map.Rows, map.Columns);
        var shift_HW14 = stack([x_1W, y_H1, x_1W, y_H1], -1).unsqueeze(2);
        return (shift_HW14 + Boxes.From(first, device)).reshape(-1, 4).MoveToOuterDisposeScope();
    }
}
