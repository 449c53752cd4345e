using static TorchSharp.torch;

namespace MLNetDeepExtensions.Images;

/// <summary>Batches of images for a network.</summary>
internal static class ImageBatch
{
    /// <summary>Whole images warped to squares: Float32 [N, 3, side, side], 0 to 1.</summary>
    public static Tensor Warp(IReadOnlyList<RgbImage> images, int side) => Of(images, side, ImageWindow.Whole, Resampling.Bilinear);

    /// <summary>A part of each image as a square: Float32 [N, 3, side, side], 0 to 1.</summary>
    public static Tensor Of(IReadOnlyList<RgbImage> images, int side, Func<RgbImage, ImageWindow> window, Resampling resampling)
    {
        Tensor batch_N3HW = empty([images.Count, 3, side, side]);
        Parallel.For(0, images.Count, i =>
        {
            var planes = new PixelPlanes(side, side);
            images[i].Resample(window(images[i]), planes, resampling, RgbColour.Black);
            PixelNormalisation.None.Write(planes, batch_N3HW, i);
        });
        return batch_N3HW;
    }
}
