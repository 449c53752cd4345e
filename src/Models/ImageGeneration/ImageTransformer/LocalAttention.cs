using System.Text.Json.Serialization;

namespace MLNetDeepExtensions.ImageGeneration;

/// <summary>
/// What each position of an image attends to (Parmar et al., arXiv 1802.05751, section 3.3, figure 1): the image is cut into query blocks,
/// and all positions of a block share one memory, the block itself and some positions that were generated before it.
/// </summary>
/// <remarks>Lengths and widths count positions: pixels times channels along a row with categorical outputs, pixels otherwise.</remarks>
[JsonDerivedType(typeof(OneDimensional), nameof(OneDimensional))]
[JsonDerivedType(typeof(TwoDimensional), nameof(TwoDimensional))]
public abstract record LocalAttention
{
    /// <summary>One line for every value that is out of its range.</summary>
    internal abstract IEnumerable<string> Faults();

    /// <summary>The blocks of an image.</summary>
    internal abstract AttentionBlocks Blocks(int rows, int columns);

    private protected static IEnumerable<string> Below(int smallest, params (string Name, int Value)[] values) =>
        values.Where(entry => entry.Value < smallest).Select(entry => $"{entry.Name}: expected at least {smallest}, got {entry.Value}.");

    /// <summary>Blocks of consecutive positions in raster order; the memory goes back from the block's start.</summary>
    public sealed record OneDimensional : LocalAttention
    {
        /// <summary>Positions of a query block, at least 1. Table 1 of the paper tries 8 to 256.</summary>
        public int QueryLength { get; init; } = 256;

        /// <summary>Positions before the block that it sees, at least 0; the published code has as many as a block has.</summary>
        public int MemoryLength { get; init; } = 256;

        internal override IEnumerable<string> Faults() =>
            [.. Below(1, (nameof(QueryLength), QueryLength)), .. Below(0, (nameof(MemoryLength), MemoryLength))];

        internal override AttentionBlocks Blocks(int rows, int columns) => AttentionBlocks.OneDimensional(rows * columns, this);
    }

    /// <summary>Rectangles, generated one after the other in raster order, and in raster order inside; the memory is a strip above the
    /// block, wider than it on both sides, and one on its left.</summary>
    public sealed record TwoDimensional : LocalAttention
    {
        /// <summary>Rows of a query block, at least 1.</summary>
        public int QueryHeight { get; init; } = 8;

        /// <summary>Positions of a row of a query block, at least 1.</summary>
        public int QueryWidth { get; init; } = 16;

        /// <summary>Rows above the block that it sees, at least 0.</summary>
        public int MemoryHeight { get; init; } = 8;

        /// <summary>Positions left of the block that it sees, and, in the rows above, also right of it. At least 0.</summary>
        public int MemoryWidth { get; init; } = 32;

        internal override IEnumerable<string> Faults() =>
        [
            .. Below(1, (nameof(QueryHeight), QueryHeight), (nameof(QueryWidth), QueryWidth)),
            .. Below(0, (nameof(MemoryHeight), MemoryHeight), (nameof(MemoryWidth), MemoryWidth)),
        ];

        internal override AttentionBlocks Blocks(int rows, int columns) => AttentionBlocks.TwoDimensional(rows, columns, this);
    }
}
