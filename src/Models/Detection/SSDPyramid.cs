namespace MLNetDeepExtensions.Detection;

/// <summary>Sizes of SSD's feature maps for any image, and the default boxes on them.</summary>
internal static class SSDPyramid
{
    /// <summary>At most as many cells a side make a coarse map: cells divide the image evenly and long boxes are left out.</summary>
    private const int CoarseSide = 3;

    /// <summary>Side of each map in cells, finest first; for 300 pixels 38, 19, 10, 5, 3 and, after VGG-16, 1.</summary>
    public static List<int> Sides(SSDNetworkOptions options)
    {
        var sides = BackboneSides(options);
        int last = options.Backbone == DetectionBackbone.Vgg16 ? 1 : CoarseSide;
        while (sides[^1] > last)
            sides.Add(Next(sides[^1]));
        return sides;
    }

    /// <summary>How many extra blocks follow the backbone's own maps.</summary>
    public static int Extras(SSDNetworkOptions options) => Sides(options).Count - BackboneSides(options).Count;

    /// <summary>Kernel, stride and padding of the convolution that makes the map after one of <paramref name="side"/> cells (figure 2,
    /// footnote 5).</summary>
    public static (int Kernel, int Stride, int Padding) Reduction(int side) => side switch
    {
        2 => (4, 1, 1),
        3 or 5 => (3, 1, 0),
        _ => (3, 2, 1),
    };

    /// <summary>The maps with centres and ratios of their default boxes.</summary>
    public static List<DefaultBoxMap> Maps(SSDNetworkOptions options) =>
        [.. Sides(options).Select((side, k) =>
            new DefaultBoxMap(side, Step(options.ImageSize, side, k), options.AspectRatios?[k] ?? Ratios(side, k)))];

    /// <summary>Scales of the default boxes, one more than maps; of the preset's, those that a pyramid down to one cell would
    /// have.</summary>
    public static float[] Scales(SSDNetworkOptions options)
    {
        if (options.Scales is not null)
            return options.Scales;
        var sides = Sides(options);
        int whole = sides.Count;
        for (int side = sides[^1]; side > 1; side = Next(side))
            whole++;
        return DefaultBoxes.Scales(options.Preset, whole)[..(sides.Count + 1)];
    }

    private static int Next(int side)
    {
        var (kernel, stride, padding) = Reduction(side);
        return (side + 2 * padding - kernel) / stride + 1;
    }

    private static List<int> BackboneSides(SSDNetworkOptions options)
    {
        int quarter = options.Backbone == DetectionBackbone.Vgg16 ? options.ImageSize / 2 / 2 : HalfUp(HalfUp(options.ImageSize));
        int eighth = HalfUp(quarter);
        return options.Backbone == DetectionBackbone.Vgg16 ? [eighth, eighth / 2] : [eighth, HalfUp(eighth), HalfUp(HalfUp(eighth))];
    }

    private static int HalfUp(int side) => (side + 1) / 2;

    private static double Step(int imageSize, int side, int k) => side <= CoarseSide ? (double)imageSize / side : 8 << k;

    private static float[] Ratios(int side, int k) => k == 0 || side <= CoarseSide ? [2] : [2, 3];
}
