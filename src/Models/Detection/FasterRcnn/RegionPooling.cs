using MLNetDeepExtensions.Backbones;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Detection;

/// <summary>Features of regions of any size as grids of one size.</summary>
internal static class RegionPooling
{
    /// <summary>Pools each image's regions from the map that suits their size.</summary>
    /// <returns>Float32 [K, C, R, R], the regions of the first image first.</returns>
    public static Tensor Of(
        FasterRcnnNetworkOptions options, ImageFeatures features, IReadOnlyList<FeatureMap> maps, IReadOnlyList<Tensor> regions_R4)
    {
        using var scope = NewDisposeScope();
        var boxes_K4 = cat([.. regions_R4], 0);
        var image_K = cat([.. regions_R4.Select((boxes_R4, n) => full(boxes_R4.shape[0], n, ScalarType.Int64, boxes_R4.device))], 0);
        double[] scales = [.. maps.Select(map => 1.0 / map.Stride)];
        if (options.RoiPooling == RoiPooling.Pool)
            return RoiPool.Of(features.Maps_NCHW[0], boxes_K4, image_K, options.RoiSize, scales[0]).MoveToOuterDisposeScope();

        // A pyramid's last level has no regions (Lin et al., section 4.2).
        int levels = options.FeaturePyramid ? maps.Count - 1 : 1;
        return RoiAlign.Of([.. features.Maps_NCHW.Take(levels)], scales[..levels], boxes_K4, image_K, Levels(boxes_K4, levels),
            options.RoiSize, options.RoiSamples, options.RoiHalfPixel).MoveToOuterDisposeScope();
    }

    /// <summary>The level of each region, from 0: <c>4 + log2(side / 224)</c>, so that ImageNet's size belongs to stride 16 (Lin et al.,
    /// equation 1).</summary>
    public static Tensor Levels(Tensor boxes_K4, int levels)
    {
        const double imageNetSide = 224, roundingError = 1e-6;
        using var scope = NewDisposeScope();
        var level_K = (Boxes.Area(boxes_K4).sqrt() / imageNetSide).log2() + (4 + roundingError);
        return (level_K.floor().clamp(2, 1 + levels) - 2).to(ScalarType.Int64).MoveToOuterDisposeScope();
    }
}
