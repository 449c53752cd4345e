using static TorchSharp.torch;

namespace MLNetDeepExtensions.ImageGeneration;

/// <summary>
/// The positions of an image. With categorical outputs each channel of a pixel is one: rows, then pixels, then red, green, blue; with
/// mixtures each pixel is (Parmar et al., arXiv 1802.05751, section 3.1).
/// </summary>
/// <param name="Rows">Height of the image.</param>
/// <param name="Columns">Positions of a row.</param>
/// <param name="Values">Bytes at each position: 1, or the channels of a pixel.</param>
/// <param name="Channels">Of a pixel.</param>
internal sealed record PixelGrid(int Rows, int Columns, int Values, int Channels)
{
    public static PixelGrid Of(int side, int channels, PixelOutput output) => output == PixelOutput.Categorical
        ? new(side, side * channels, 1, channels)
        : new(side, side, channels, channels);

    public int Positions => Rows * Columns;

    /// <summary>Pixels of a row.</summary>
    public int Width => Columns * Values / Channels;

    /// <summary>Row and column of the pixel that a place in raster order belongs to.</summary>
    public (int Row, int Column) PixelOf(int place) => (place / Columns, place % Columns * Values / Channels);

    /// <summary>[N, T, values] in raster order of images [N, channels, height, width].</summary>
    public Tensor ToPositions(Tensor pixels_NCHW) => pixels_NCHW.permute(0, 2, 3, 1).reshape(pixels_NCHW.shape[0], Positions, Values);

    /// <summary>The reverse of <see cref="ToPositions"/>.</summary>
    public Tensor ToPixels(Tensor values_NTc) =>
        values_NTc.reshape(values_NTc.shape[0], Rows, Width, Channels).permute(0, 3, 1, 2).contiguous();

    /// <summary>Vectors [S, width] for the positions of an image that is smaller by the factor: means of those [T, width] of the positions that each
    /// stands for, both in raster order.</summary>
    public Tensor Reduced(Tensor vectors_Tw, int factor) => vectors_Tw
        .reshape(Rows / factor, factor, Width / factor, factor, Columns / Width, vectors_Tw.shape[1]).mean([1, 3]).flatten(0, 2);

    /// <exception cref="ArgumentException">The tensor is not of bytes as Int64 in this size.</exception>
    public void Check(Tensor pixels_NCHW, string name)
    {
        if (pixels_NCHW.dtype != ScalarType.Int64 || pixels_NCHW.shape is not [_, var channels, var height, var width]
            || channels != Channels || height != Rows || width != Width)
            throw new ArgumentException($"{name}: expected Int64 [N, {Channels}, {Rows}, {Width}] with values 0 to 255, "
                + $"got {pixels_NCHW.dtype} [{string.Join(", ", pixels_NCHW.shape)}].");
    }
}
