using MLNetDeepExtensions.Images;

namespace MLNetDeepExtensions.ImageGeneration;

/// <summary>A generated image, and where some positions of its map looked while it was made (figure 5 of the paper).</summary>
/// <param name="Image">The image.</param>
/// <param name="Side">Positions in a row and in a column of the map that attention looks at.</param>
/// <param name="Maps">One for each query.</param>
public sealed record GeneratedAttention(RgbImage Image, int Side, IReadOnlyList<AttentionMap> Maps)
{
    private const byte Mark = 255;

    /// <summary>The image with every query marked, then for each query the image darkened where it did not look, all in a row.</summary>
    public RgbImage ToImage() => ImageGrid.Of([Marked(), .. Maps.Select(Lit)], Maps.Count + 1);

    /// <summary>Several such rows, one below the other.</summary>
    public static RgbImage ToImage(IReadOnlyList<GeneratedAttention> rows) => ImageGrid.Of([.. rows.Select(row => row.ToImage())], columns: 1);

    private RgbImage Marked()
    {
        byte[] pixels = Image.Pixels.ToArray();
        foreach (AttentionMap map in Maps)
            MarkQuery(pixels, map);
        return new RgbImage(Image.Width, Image.Height, pixels);
    }

    private RgbImage Lit(AttentionMap map)
    {
        byte[] pixels = Image.Pixels.ToArray();
        float most = map.Weights.Max();
        int area = Image.Width * Image.Height;
        for (int y = 0; y < Image.Height; y++)
            for (int x = 0; x < Image.Width; x++)
            {
                float part = map.Weights[y * map.Side / Image.Height * map.Side + x * map.Side / Image.Width] / most;
                for (int channel = 0; channel < 3; channel++)
                {
                    ref byte pixel = ref pixels[channel * area + y * Image.Width + x];
                    // Half of the image's own light, half of the map's, so that dark places show what looks at them.
                    pixel = (byte)((pixel + Mark * (channel == 0 ? 1 : 0)) / 2f * part + pixel / 4f * (1 - part));
                }
            }
        MarkQuery(pixels, map);
        return new RgbImage(Image.Width, Image.Height, pixels);
    }

    /// <summary>The cell of the query in green.</summary>
    private void MarkQuery(byte[] pixels, AttentionMap map)
    {
        int area = Image.Width * Image.Height;
        for (int y = map.Row * Image.Height / Side; y < (map.Row + 1) * Image.Height / Side; y++)
            for (int x = map.Column * Image.Width / Side; x < (map.Column + 1) * Image.Width / Side; x++)
                for (int channel = 0; channel < 3; channel++)
                    pixels[channel * area + y * Image.Width + x] = channel == 1 ? Mark : (byte)0;
    }
}

/// <summary>Where one position of a map looked.</summary>
/// <param name="Row">Of the position, from 0 at the top.</param>
/// <param name="Column">Of the position, from 0 at the left.</param>
/// <param name="Side">Cells in a row and in a column of <paramref name="Weights"/>: half of the map's side, since keys are pooled.</param>
/// <param name="Weights">How much it attended to each cell, row by row; they sum to 1.</param>
public sealed record AttentionMap(int Row, int Column, int Side, float[] Weights);
