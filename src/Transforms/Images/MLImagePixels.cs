using System.Runtime.InteropServices;
using Microsoft.ML.Data;

namespace MLNetDeepExtensions.Images;

/// <summary>The way between ML.NET's images and planar ones.</summary>
public static class MLImagePixels
{
    /// <summary>Copies the pixels of an ML.NET image.</summary>
    /// <param name="image">Any image; ML.NET keeps grey, palette and other pictures with four bytes per pixel.</param>
    /// <param name="background">Shows where the image is transparent; white if null.</param>
    /// <remarks>ML.NET's pixels are premultiplied: transparent ones are dark and mean "add background". Pixels brighter than their alpha are limited to 255.</remarks>
    public static RgbImage ToRgbImage(this MLImage image, RgbColour? background = null)
    {
        ArgumentNullException.ThrowIfNull(image);
        return Unpack(image.Pixels, image.Width, image.Height, image.PixelFormat == MLPixelFormat.Bgra32, background ?? RgbColour.White);
    }

    /// <summary>An opaque ML.NET image of the same pixels; the caller disposes it.</summary>
    public static MLImage ToMLImage(this RgbImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        ReadOnlySpan<byte> red = image.Plane(0), green = image.Plane(1), blue = image.Plane(2);
        var pixels = GC.AllocateUninitializedArray<byte>(4 * red.Length);
        var packed = MemoryMarshal.Cast<byte, uint>(pixels.AsSpan());
        for (int i = 0; i < packed.Length; i++)
            packed[i] = Ordered(0xFF000000u | ((uint)red[i] << 16) | ((uint)green[i] << 8) | blue[i]);
        return MLImage.CreateFromPixels(image.Width, image.Height, MLPixelFormat.Bgra32, pixels);
    }

    /// <summary>Premultiplied pixels of four bytes (blue green red alpha, or red first) over a background.</summary>
    internal static RgbImage Unpack(ReadOnlySpan<byte> pixels, int width, int height, bool blueFirst, RgbColour background)
    {
        int area = width * height;
        var planes = GC.AllocateUninitializedArray<byte>(3 * area);
        var packed = MemoryMarshal.Cast<byte, uint>(pixels)[..area];
        Span<byte> first = planes.AsSpan(blueFirst ? 2 * area : 0, area), second = planes.AsSpan(area, area), third = planes.AsSpan(blueFirst ? 0 : 2 * area, area);
        var (red, green, blue) = Bytes(background);
        for (int i = 0; i < packed.Length; i++)
        {
            uint pixel = Ordered(packed[i]);
            if (pixel < 0xFF000000u) pixel = Over(pixel, blueFirst ? blue : red, green, blueFirst ? red : blue);
            (first[i], second[i], third[i]) = ((byte)pixel, (byte)(pixel >> 8), (byte)(pixel >> 16));
        }
        return new RgbImage(width, height, planes);
    }

    /// <summary>Lays premultiplied pixels (blue green red alpha) over a background, in place.</summary>
    internal static void Flatten(Span<byte> pixels, RgbColour background)
    {
        var (red, green, blue) = Bytes(background);
        foreach (ref uint pixel in MemoryMarshal.Cast<byte, uint>(pixels)) pixel = Ordered(Over(Ordered(pixel), blue, green, red));
    }

    private static uint Over(uint pixel, uint first, uint second, uint third)
    {
        uint rest = 255 - (pixel >> 24);
        return 0xFF000000u | Sum(pixel & 255, first * rest) | Sum((pixel >> 8) & 255, second * rest) << 8 | Sum((pixel >> 16) & 255, third * rest) << 16;
    }

    private static uint Sum(uint premultiplied, uint background) => Math.Min(255, premultiplied + (background + 127) / 255);

    private static (uint Red, uint Green, uint Blue) Bytes(RgbColour colour) =>
        (PixelPlanes.ToByte(colour.Red), PixelPlanes.ToByte(colour.Green), PixelPlanes.ToByte(colour.Blue));

    private static uint Ordered(uint pixel) => BitConverter.IsLittleEndian ? pixel : System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(pixel);
}
