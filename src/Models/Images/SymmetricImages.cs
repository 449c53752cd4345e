using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Images;

/// <summary>Images as networks that end in tanh see and draw them: -1 to 1, with one channel (grey) or three (red, green, blue).</summary>
internal static class SymmetricImages
{
    private const float HalfRange = 127.5f;

    /// <summary>Images of one size as a batch: Float32 [N, channels, height, width] in main memory.</summary>
    /// <param name="images">At least one.</param>
    /// <param name="channels">1: the luma of ITU-R BT.601 as a byte, which leaves grey images as they are; or 3.</param>
    /// <exception cref="ArgumentException">The images are of different sizes.</exception>
    public static Tensor Of(IReadOnlyList<RgbImage> images, int channels)
    {
        (int width, int height) = (images[0].Width, images[0].Height);
        Tensor batch_NCHW = empty([images.Count, channels, height, width]);
        int length = channels * height * width;
        for (int i = 0; i < images.Count; i++)
        {
            if (images[i].Width != width || images[i].Height != height)
                throw new ArgumentException($"Image {i}: expected {width}x{height} pixels as image 0, got {images[i].Width}x{images[i].Height}.", nameof(images));
            Write(images[i], channels, MemoryMarshal.Cast<byte, float>(batch_NCHW.bytes).Slice(i * length, length));
        }
        return batch_NCHW;
    }

    /// <summary>The images of a batch as bytes, rounded to the nearest and limited to 0..255; a grey channel becomes all three.</summary>
    /// <param name="images_NCHW">Any floating type, any device; one or three channels.</param>
    public static IReadOnlyList<RgbImage> ToImages(Tensor images_NCHW)
    {
        using DisposeScope scope = NewDisposeScope();
        (int count, int channels) = ((int)images_NCHW.shape[0], (int)images_NCHW.shape[1]);
        (int height, int width) = ((int)images_NCHW.shape[2], (int)images_NCHW.shape[3]);
        Tensor values = images_NCHW.detach().to(ScalarType.Float32).cpu().contiguous();
        ReadOnlySpan<float> all = MemoryMarshal.Cast<byte, float>(values.bytes);
        var images = new RgbImage[count];
        for (int i = 0; i < count; i++)
            images[i] = Read(all.Slice(i * channels * height * width, channels * height * width), channels, width, height);
        return images;
    }

    private static void Write(RgbImage image, int channels, Span<float> target)
    {
        if (channels == 3)
        {
            ReadOnlySpan<byte> pixels = image.Pixels;
            for (int i = 0; i < pixels.Length; i++)
                target[i] = pixels[i] / HalfRange - 1;
            return;
        }
        ReadOnlySpan<byte> red = image.Plane(0), green = image.Plane(1), blue = image.Plane(2);
        for (int i = 0; i < red.Length; i++)
            target[i] = (299 * red[i] + 587 * green[i] + 114 * blue[i] + 500) / 1000 / HalfRange - 1;
    }

    private static RgbImage Read(ReadOnlySpan<float> values, int channels, int width, int height)
    {
        int area = width * height;
        var pixels = new byte[3 * area];
        for (int i = 0; i < values.Length; i++)
            pixels[i] = PixelPlanes.ToByte((values[i] + 1) / 2);
        if (channels == 1)
        {
            pixels.AsSpan(0, area).CopyTo(pixels.AsSpan(area));
            pixels.AsSpan(0, area).CopyTo(pixels.AsSpan(2 * area));
        }
        return new RgbImage(width, height, pixels);
    }
}
