using static TorchSharp.torch;

namespace MLNetDeepExtensions.Images;

/// <summary>Batches of images for a network.</summary>
internal static class ImageBatch
{
    /// <summary>Whole images warped to squares: Float32 [N, 3, side, side], 0 to 1.</summary>
    public static Tensor Warp(IReadOnlyList<RgbImage> images, int side)
    {
        Tensor batch_N3HW = empty([images.Count, 3, side, side]);
        Parallel.For(0, images.Count, i =>
        {
            var planes = new PixelPlanes(side, side);
            images[i].Resample(ImageWindow.Whole(images[i]), planes, Resampling.Bilinear, RgbColour.Black);
            PixelNormalisation.None.Write(planes, batch_N3HW, i);
        });
        return batch_N3HW;
    }
}
