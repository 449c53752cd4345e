using MLNetDeepExtensions.Blocks;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.ImageGeneration;

/// <summary>How a position says where it is.</summary>
public enum PositionEncoding
{
    /// <summary>Sines and cosines of row and column.</summary>
    Sinusoidal,

    /// <summary>A learned vector for each row and each column.</summary>
    Learned,
}

/// <summary>
/// Vectors [T, width] of the positions in the order of generation: half of the numbers for the row, half for the column (Parmar et al.,
/// arXiv 1802.05751, section 3.1).
/// </summary>
internal abstract class PixelPositions(string name) : nn.Module(name)
{
    public static PixelPositions Of(PositionEncoding encoding, PixelGrid grid, int[] order, int width) => encoding == PositionEncoding.Learned
        ? new LearnedPositions(grid, order, width)
        : new SinusoidalPositions(grid, order, width);

    /// <summary>Float32, or the format of learned ones.</summary>
    public abstract Tensor Vectors(Device device);

    /// <summary>One of them, [1, width].</summary>
    public abstract Tensor VectorAt(int position, Device device);
}

/// <summary>For each axis sines, then cosines, of the index over width / 4 time scales from 1 to 10,000, as in the published code.</summary>
internal sealed class SinusoidalPositions : PixelPositions
{
    private const double LongestScale = 1e4;
    private readonly ConstantTensor table;

    public SinusoidalPositions(PixelGrid grid, int[] order, int width) : base(nameof(SinusoidalPositions))
    {
        int scales = width / 4;
        var table_Td = new double[order.Length * width];
        for (int t = 0; t < order.Length; t++)
            for (int i = 0; i < scales; i++)
            {
                double scale = Math.Pow(LongestScale, -(double)i / Math.Max(1, scales - 1));
                (int row, int column) = Math.DivRem(order[t], grid.Columns);
                Span<double> vector = table_Td.AsSpan(t * width, width);
                (vector[i], vector[scales + i]) = (Math.Sin(row * scale), Math.Cos(row * scale));
                (vector[2 * scales + i], vector[3 * scales + i]) = (Math.Sin(column * scale), Math.Cos(column * scale));
            }
        using var scope = NewDisposeScope();
        table = new ConstantTensor(tensor(table_Td, ScalarType.Float32).view(order.Length, width));
    }

    public override Tensor Vectors(Device device) => table.On(device).alias();

    public override Tensor VectorAt(int position, Device device) => table.On(device).narrow(0, position, 1);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            table.Dispose();
        base.Dispose(disposing);
    }
}

/// <summary>A vector of half the width for each row and for each column.</summary>
internal sealed class LearnedPositions : PixelPositions
{
    private readonly ConstantTensor rowOf_T, columnOf_T;
    private readonly TokenEmbedding rows, columns;
    private readonly double scale;

    public LearnedPositions(PixelGrid grid, int[] order, int width) : base(nameof(LearnedPositions))
    {
        scale = Math.Sqrt(width);
        (rows, columns) = (Axis(grid.Rows, width), Axis(grid.Columns, width));
        RegisterComponents();
        using var scope = NewDisposeScope();
        rowOf_T = new ConstantTensor(tensor([.. order.Select(place => (long)(place / grid.Columns))]));
        columnOf_T = new ConstantTensor(tensor([.. order.Select(place => (long)(place % grid.Columns))]));
    }

    public override Tensor Vectors(Device device) => Of(rowOf_T.On(device), columnOf_T.On(device));

    public override Tensor VectorAt(int position, Device device)
    {
        using var scope = NewDisposeScope();
        return Of(rowOf_T.On(device).narrow(0, position, 1), columnOf_T.On(device).narrow(0, position, 1)).MoveToOuterDisposeScope();
    }

    private Tensor Of(Tensor row_T, Tensor column_T)
    {
        using var scope = NewDisposeScope();
        return (cat([rows.call(row_T), columns.call(column_T)], -1) * scale).MoveToOuterDisposeScope();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            rowOf_T.Dispose();
            columnOf_T.Dispose();
        }
        base.Dispose(disposing);
    }

    private static TokenEmbedding Axis(int count, int width) =>
        new(count, width / 2, weights => nn.init.normal_(weights, 0, Math.Pow(width, -0.5)));
}
