using MLNetDeepExtensions.Images;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.ImageGeneration;

/// <summary>Images as bytes: Int64 [N, channels, height, width] with values 0 to 255.</summary>
internal static class PixelBytes
{
    private const double Middle = 127.5;

    /// <param name="images">Of one size.</param>
    /// <param name="channels">1 for grey, or 3.</param>
    public static Tensor Of(IReadOnlyList<RgbImage> images, int channels)
    {
        using var scope = NewDisposeScope();
        return Of(SymmetricImages.Of(images, channels)).MoveToOuterDisposeScope();
    }

    /// <summary>Of images from -1 to 1.</summary>
    public static Tensor Of(Tensor images_NCHW)
    {
        using var scope = NewDisposeScope();
        return ((images_NCHW + 1) * Middle).round().to(int64).MoveToOuterDisposeScope();
    }

    public static IReadOnlyList<RgbImage> ToImages(Tensor pixels_NCHW)
    {
        using var scope = NewDisposeScope();
        return SymmetricImages.ToImages(pixels_NCHW.to(ScalarType.Float32) / Middle - 1);
    }

    /// <summary>Images that are so many times narrower and lower: means of squares of pixels, rounded.</summary>
    public static Tensor Reduced(Tensor pixels_NCHW, int factor)
    {
        using var scope = NewDisposeScope();
        return nn.functional.avg_pool2d(pixels_NCHW.to(ScalarType.Float32), factor).round().to(int64).MoveToOuterDisposeScope();
    }
}
