using static TorchSharp.torch;

namespace MLNetDeepExtensions.Detection;

/// <summary>One feature map as default boxes see it.</summary>
/// <param name="Side">Cells per row and per column.</param>
/// <param name="Step">Pixels between the centres of neighbouring cells.</param>
/// <param name="AspectRatios">Width over height of boxes beside the two squares; each also stands for its inverse.</param>
public sealed record DefaultBoxMap(int Side, double Step, IReadOnlyList<float> AspectRatios)
{
    /// <summary>Default boxes at each cell.</summary>
    public int BoxesPerCell => 2 + 2 * AspectRatios.Count;
}

/// <summary>The default boxes of SSD (arXiv 1512.02325, section 2.2): map by map, row by row, cell by cell, the boxes of one cell
/// together.</summary>
/// <remarks>Within a cell: side s, side sqrt(s s'), then for each ratio the wide and the high box, s' being the next map's scale.</remarks>
public static class DefaultBoxes
{
    /// <summary>The published rule: the first map apart, equal integer percentages between the others up to 90% at the last but
    /// one.</summary>
    /// <param name="preset">Gives the first two scales.</param>
    /// <param name="maps">Maps of the whole pyramid, down to a single cell; at least 3.</param>
    /// <returns>Scales as fractions of the image's side, one more than maps: 0.1, 0.2, 0.37, 0.54, 0.71, 0.88, 1.05 for VOC300.</returns>
    public static float[] Scales(DefaultBoxPreset preset, int maps)
    {
        var (first, second) = preset switch
        {
            DefaultBoxPreset.Voc300 => (10, 20),
            DefaultBoxPreset.Coco300 or DefaultBoxPreset.Voc512 => (7, 15),
            DefaultBoxPreset.Coco512 => (4, 10),
            _ => throw new ArgumentOutOfRangeException(nameof(preset), preset, "Unknown preset."),
        };
        ArgumentOutOfRangeException.ThrowIfLessThan(maps, 3);
        int step = (90 - second) / (maps - 2);
        return [first / 100f, .. Enumerable.Range(0, maps).Select(k => (second + k * step) / 100f)];
    }

    /// <summary>Corners [A, 4] in pixels, Float32; boxes may stick out of the image.</summary>
    /// <param name="imageSide">Side of the network's input in pixels.</param>
    /// <param name="maps">The maps, finest first.</param>
    /// <param name="scales">One more than maps, fractions of the image's side.</param>
    /// <param name="clampSizes">Widths and heights are at most the image's side.</param>
    /// <param name="device">Where the result lies.</param>
    public static Tensor Corners(
        int imageSide, IReadOnlyList<DefaultBoxMap> maps, IReadOnlyList<float> scales, bool clampSizes = true, Device? device = null)
    {
        var corners = new List<float>();
        for (int k = 0; k < maps.Count; k++)
        {
            var sizes = Sizes(scales[k], scales[k + 1], maps[k].AspectRatios)
                .Select(size => clampSizes ? (W: Math.Min(size.W, 1), H: Math.Min(size.H, 1)) : size)
                .Select(size => (W: size.W * imageSide, H: size.H * imageSide)).ToList();
            for (int row = 0; row < maps[k].Side; row++)
                for (int column = 0; column < maps[k].Side; column++)
                    foreach (var (w, h) in sizes)
                        AddBox(corners, (column + 0.5) * maps[k].Step, (row + 0.5) * maps[k].Step, w, h);
        }
        using var scope = NewDisposeScope();
        return tensor(corners.ToArray(), device: device).view(-1, 4).MoveToOuterDisposeScope();
    }

    private static IEnumerable<(double W, double H)> Sizes(double scale, double next, IReadOnlyList<float> ratios)
    {
        double between = Math.Sqrt(scale * next);
        yield return (scale, scale);
        yield return (between, between);
        foreach (double root in ratios.Select(ratio => Math.Sqrt(ratio)))
        {
            yield return (scale * root, scale / root);
            yield return (scale / root, scale * root);
        }
    }

    private static void AddBox(List<float> corners, double x, double y, double w, double h) =>
        corners.AddRange([(float)(x - w / 2), (float)(y - h / 2), (float)(x + w / 2), (float)(y + h / 2)]);
}
