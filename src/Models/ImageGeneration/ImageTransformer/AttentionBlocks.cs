namespace MLNetDeepExtensions.ImageGeneration;

/// <summary>Positions that are generated one after the other and share a memory.</summary>
/// <param name="Start">The first position, in the order of generation.</param>
/// <param name="Length">How many.</param>
/// <param name="Outside">Positions before the block that all of it sees, in the order of generation.</param>
internal sealed record AttentionBlock(int Start, int Length, int[] Outside)
{
    public int End => Start + Length;
}

/// <summary>The order in which the positions of an image are generated, and what each sees.</summary>
internal sealed class AttentionBlocks
{
    private readonly int[] lastReaders;

    private AttentionBlocks(IReadOnlyList<AttentionBlock> blocks, int[] order, bool isCausal)
    {
        (Blocks, Order, IsCausal) = (blocks, order, isCausal);
        BlockOf = [.. blocks.SelectMany((block, number) => Enumerable.Repeat(number, block.Length))];
        lastReaders = new int[blocks.Count];
        for (int reader = 0; reader < blocks.Count; reader++)
            foreach (int position in blocks[reader].Outside)
                lastReaders[BlockOf[position]] = reader;
    }

    /// <summary>In the order of generation; they follow each other without gaps.</summary>
    public IReadOnlyList<AttentionBlock> Blocks { get; }

    /// <summary>For each position in the order of generation its place in raster order.</summary>
    public int[] Order { get; }

    /// <summary>For each position the number of its block.</summary>
    public int[] BlockOf { get; }

    /// <summary>Whether a position sees nothing of its own block that comes after it.</summary>
    public bool IsCausal { get; }

    /// <summary>Whether the order of generation is the raster order.</summary>
    public bool IsRaster => Order.Select((place, position) => place == position).All(same => same);

    /// <summary>The last block that sees something of the given one from outside; 0 if none does.</summary>
    public int LastReaderOf(int block) => lastReaders[block];

    /// <summary>Whether one position, in the order of generation, sees another.</summary>
    public bool Sees(int position, int other)
    {
        AttentionBlock block = Blocks[BlockOf[position]];
        return other < block.Start ? Array.BinarySearch(block.Outside, other) >= 0 : other < block.End && (!IsCausal || other <= position);
    }

    /// <summary>One block, in which everything sees everything: an encoder's attention.</summary>
    public static AttentionBlocks Everything(int positions) =>
        new([new AttentionBlock(0, positions, [])], [.. Enumerable.Range(0, positions)], isCausal: false);

    public static AttentionBlocks OneDimensional(int positions, LocalAttention.OneDimensional sizes)
    {
        var blocks = new List<AttentionBlock>();
        for (int start = 0; start < positions; start += sizes.QueryLength)
        {
            int first = Math.Max(0, start - sizes.MemoryLength);
            blocks.Add(new(start, Math.Min(sizes.QueryLength, positions - start), [.. Enumerable.Range(first, start - first)]));
        }
        return new(blocks, [.. Enumerable.Range(0, positions)], isCausal: true);
    }

    public static AttentionBlocks TwoDimensional(int rows, int columns, LocalAttention.TwoDimensional sizes)
    {
        var rectangles = new List<Rectangle>();
        for (int top = 0; top < rows; top += sizes.QueryHeight)
            for (int left = 0; left < columns; left += sizes.QueryWidth)
                rectangles.Add(new Rectangle(top, left, Math.Min(rows, top + sizes.QueryHeight), Math.Min(columns, left + sizes.QueryWidth)));
        int[] order = [.. rectangles.SelectMany(rectangle => rectangle.Cells(columns))];
        var positionOf = new int[order.Length];
        for (int position = 0; position < order.Length; position++)
            positionOf[order[position]] = position;

        var blocks = new List<AttentionBlock>();
        int start = 0;
        foreach (Rectangle block in rectangles)
        {
            int left = Math.Max(0, block.Left - sizes.MemoryWidth), right = Math.Min(columns, block.Right + sizes.MemoryWidth);
            var above = new Rectangle(Math.Max(0, block.Top - sizes.MemoryHeight), left, block.Top, right);
            var beside = new Rectangle(block.Top, left, block.Bottom, block.Left);
            int[] outside = [.. above.Cells(columns).Concat(beside.Cells(columns)).Select(cell => positionOf[cell]).Order()];
            blocks.Add(new(start, block.Area, outside));
            start += block.Area;
        }
        return new(blocks, order, isCausal: true);
    }

    /// <summary>Rows from Top to before Bottom, columns from Left to before Right.</summary>
    private readonly record struct Rectangle(int Top, int Left, int Bottom, int Right)
    {
        public int Area => (Bottom - Top) * (Right - Left);

        /// <summary>Places in raster order of an image with so many columns.</summary>
        public IEnumerable<int> Cells(int columns)
        {
            (int top, int left, int height, int width) = (Top, Left, Bottom - Top, Right - Left);
            return Enumerable.Range(top, height).SelectMany(row => Enumerable.Range(row * columns + left, width));
        }
    }
}
