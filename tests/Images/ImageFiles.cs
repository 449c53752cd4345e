using MLNetDeepExtensions.Images;
using SkiaSharp;

namespace MLNetDeepExtensions.Tests.Images;

/// <summary>Image files made on the spot.</summary>
internal static class ImageFiles
{
    public static byte[] Jpeg(RgbImage image, int quality = 95) => Encode(image, SKEncodedImageFormat.Jpeg, quality);

    public static byte[] Png(RgbImage image) => Encode(image, SKEncodedImageFormat.Png, 100);

    /// <summary>A photograph-like picture: smooth, with some noise.</summary>
    public static RgbImage Photo(int width, int height)
    {
        var noise = Pictures.Noise(width, height);
        return Pictures.Of(width, height, (x, y) => ((byte)(x * 200 / width + noise[x, y].Red / 8), (byte)(y * 200 / height + noise[x, y].Green / 8), (byte)(100 + noise[x, y].Blue / 8)));
    }

    /// <summary>The JPEG with an EXIF segment that holds nothing but the orientation, 1 to 8.</summary>
    public static byte[] WithOrientation(byte[] jpeg, byte orientation)
    {
        byte[] exif =
        [
            0xFF, 0xE1, 0, 34, .. "Exif\0\0"u8, .. "II*\0"u8, 8, 0, 0, 0,
            1, 0, 0x12, 0x01, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0, 0, 0, 0, 0,
        ];
        return [.. jpeg[..2], .. exif, .. jpeg[2..]];
    }

    /// <summary>The beginning of a PNG that promises a size.</summary>
    public static byte[] PngHeader(int width, int height)
    {
        byte[] header = [.. "IHDR"u8, .. BigEndian((uint)width), .. BigEndian((uint)height), 8, 2, 0, 0, 0];
        byte[] pixels = [.. "IDAT"u8];
        return [0x89, .. "PNG\r\n"u8, 0x1A, 0x0A, .. BigEndian(13), .. header, .. BigEndian(Crc32(header)), .. BigEndian(0), .. pixels, .. BigEndian(Crc32(pixels))];
    }

    private static byte[] BigEndian(uint value) => [(byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value];

    private static uint Crc32(byte[] bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte b in bytes)
        {
            crc ^= b;
            for (int bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ (0xEDB88320 & (uint)-(int)(crc & 1));
        }
        return ~crc;
    }

    private static byte[] Encode(RgbImage image, SKEncodedImageFormat format, int quality)
    {
        using var bitmap = new SKBitmap(image.Width, image.Height, SKColorType.Bgra8888, SKAlphaType.Opaque);
        bitmap.Pixels = [.. Enumerable.Range(0, image.Width * image.Height).Select(i => image[i % image.Width, i / image.Width]).Select(p => new SKColor(p.Red, p.Green, p.Blue))];
        using var data = bitmap.Encode(format, quality);
        return data.ToArray();
    }
}
