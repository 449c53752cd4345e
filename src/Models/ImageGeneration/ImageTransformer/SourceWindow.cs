using MLNetDeepExtensions.Blocks;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.ImageGeneration;

/// <summary>Which positions of a small image those of the large one attend to: the pixel that they become a part of, and those around it.</summary>
internal sealed class SourceWindow : IDisposable
{
    private readonly ConstantTensor seen_TS;

    /// <param name="large">The image that is generated.</param>
    /// <param name="small">The one it is generated from.</param>
    /// <param name="order">Places of the large image in the order of generation.</param>
    /// <param name="radius">Small pixels to each side.</param>
    public SourceWindow(PixelGrid large, PixelGrid small, int[] order, int radius)
    {
        int factor = large.Rows / small.Rows;
        var seen = new bool[(long)order.Length * small.Positions];
        for (int t = 0; t < order.Length; t++)
        {
            (int row, int column) = large.PixelOf(order[t]);
            for (int s = 0; s < small.Positions; s++)
            {
                (int sourceRow, int sourceColumn) = small.PixelOf(s);
                seen[(long)t * small.Positions + s] = Math.Abs(row / factor - sourceRow) <= radius && Math.Abs(column / factor - sourceColumn) <= radius;
            }
        }
        using var scope = NewDisposeScope();
        seen_TS = new ConstantTensor(tensor(seen).view(order.Length, small.Positions));
    }

    /// <summary>True where a position, in the order of generation, sees one of the small image.</summary>
    public Tensor Seen(Device device) => seen_TS.On(device);

    public void Dispose() => seen_TS.Dispose();
}
