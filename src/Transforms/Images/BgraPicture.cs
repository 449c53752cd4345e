using System.Runtime.InteropServices;
using SkiaSharp;

namespace MLNetDeepExtensions.Images;

/// <summary>A picture as it comes from the decoder: four bytes per pixel, premultiplied.</summary>
internal sealed record BgraPicture(int Width, int Height, bool IsOpaque, byte[] Bgra)
{
    /// <summary>The picture the right way up, if its file says that its first pixel belongs elsewhere.</summary>
    public BgraPicture Turned(SKEncodedOrigin origin)
    {
        int last = Width - 1, lastRow = (Height - 1) * Width;
        // Where the first pixel is read, and how far it is to the next one to the right and the next one below.
        return origin switch
        {
            SKEncodedOrigin.TopRight => Reread(Width, Height, last, -1, Width),
            SKEncodedOrigin.BottomRight => Reread(Width, Height, lastRow + last, -1, -Width),
            SKEncodedOrigin.BottomLeft => Reread(Width, Height, lastRow, 1, -Width),
            SKEncodedOrigin.LeftTop => Reread(Height, Width, 0, Width, 1),
            SKEncodedOrigin.RightTop => Reread(Height, Width, lastRow, -Width, 1),
            SKEncodedOrigin.RightBottom => Reread(Height, Width, lastRow + last, -Width, -1),
            SKEncodedOrigin.LeftBottom => Reread(Height, Width, last, Width, -1),
            _ => this,
        };
    }

    private BgraPicture Reread(int width, int height, int start, int right, int down)
    {
        var turned = new byte[Bgra.Length];
        Span<uint> source = MemoryMarshal.Cast<byte, uint>(Bgra.AsSpan()), target = MemoryMarshal.Cast<byte, uint>(turned.AsSpan());
        for (int y = 0; y < height; y++)
            for (int x = 0; x < width; x++)
                target[y * width + x] = source[start + x * right + y * down];
        return this with { Width = width, Height = height, Bgra = turned };
    }
}
