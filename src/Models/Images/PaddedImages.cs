using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Images;

/// <summary>Images of different sizes as one batch: each in the upper left corner, the rest filled with one colour.</summary>
/// <param name="Pixels_N3HW">Red, green, blue in 0 to 1, Float32.</param>
/// <param name="Sizes">Width and height in pixels of each image in its corner.</param>
public sealed record PaddedImages(Tensor Pixels_N3HW, IReadOnlyList<(int Width, int Height)> Sizes) : IDisposable
{
    /// <summary>Draws views of any sizes, in main memory.</summary>
    /// <param name="views">The images; at least one.</param>
    /// <param name="fill">The colour of the padding: a network's mean, so that it is zero for the network.</param>
    /// <param name="multiple">Height and width of the batch are multiples of this: the largest stride of the network's maps.</param>
    public static PaddedImages Of(IReadOnlyList<DetectionView> views, RgbColour fill, int multiple = 32)
    {
        int width = RoundUp(views.Max(view => view.Width), multiple), height = RoundUp(views.Max(view => view.Height), multiple);
        Tensor pixels_N3HW = empty([views.Count, 3, height, width]);
        for (int n = 0; n < views.Count; n++)
            Write(views[n].Render(), MemoryMarshal.Cast<byte, float>(pixels_N3HW.bytes).Slice(n * 3 * height * width, 3 * height * width),
                width, height, fill);
        return new(pixels_N3HW, [.. views.Select(view => (view.Width, view.Height))]);
    }

    /// <summary>Frees the pixels.</summary>
    public void Dispose() => Pixels_N3HW.Dispose();

    private static void Write(PixelPlanes planes, Span<float> image, int width, int height, RgbColour fill)
    {
        for (int channel = 0; channel < 3; channel++)
            for (int y = 0; y < height; y++)
            {
                Span<float> row = image.Slice((channel * height + y) * width, width);
                int inside = y < planes.Height ? planes.Width : 0;
                if (inside > 0)
                    planes.Row(channel, y).CopyTo(row);
                row[inside..].Fill(fill[channel]);
            }
    }

    private static int RoundUp(int side, int multiple) => (side + multiple - 1) / multiple * multiple;
}
