using SkiaSharp;

namespace MLNetDeepExtensions.Examples;

/// <summary>What a translator looked at, as figure 3 of Bahdanau et al. (arXiv 1409.0473) shows it: source tokens above, target tokens on the left, the brighter a field
/// the more its source token mattered for its target token.</summary>
internal static class AlignmentPlot
{
    private const int Cell = 26, Margin = 8, TextSize = 15;

    public static void Write(AlignedSentence sentence, string path)
    {
        using var paint = new SKPaint { Typeface = Lettering.Typeface, TextSize = TextSize, IsAntialias = true, Color = SKColors.Black };
        string[] columns = [.. sentence.SourceTokens.Select(token => token.Trim())], rows = [.. sentence.TranslationTokens.Select(token => token.Trim())];
        int left = Widest(rows, paint), top = Widest(columns, paint);
        using var picture = new SKBitmap(left + columns.Length * Cell + Margin, top + rows.Length * Cell + Margin);
        using (var canvas = new SKCanvas(picture))
        {
            canvas.Clear(SKColors.White);
            for (int column = 0; column < columns.Length; column++)
                DrawUpright(canvas, columns[column], left + column * Cell + (Cell + TextSize) / 2f, top - Margin, paint);
            for (int row = 0; row < rows.Length; row++)
                canvas.DrawText(rows[row], left - Margin - paint.MeasureText(rows[row]), top + row * Cell + (Cell + TextSize) / 2f - 2, paint);
            for (int i = 0; i < sentence.Alignment.Length; i++)
                DrawField(canvas, sentence.Alignment[i], left + i % columns.Length * Cell, top + i / columns.Length * Cell);
        }
        using FileStream file = File.Create(path);
        picture.Encode(file, SKEncodedImageFormat.Png, quality: 100);
    }

    private static int Widest(IEnumerable<string> words, SKPaint paint) =>
        2 * Margin + (int)Math.Ceiling(words.Select(word => paint.MeasureText(word)).DefaultIfEmpty(0).Max());

    private static void DrawUpright(SKCanvas canvas, string word, float x, float y, SKPaint paint)
    {
        canvas.Save();
        canvas.RotateDegrees(-90, x, y);
        canvas.DrawText(word, x, y, paint);
        canvas.Restore();
    }

    private static void DrawField(SKCanvas canvas, float weight, int x, int y)
    {
        byte grey = (byte)Math.Round(255 * Math.Clamp(weight, 0, 1));
        using var fill = new SKPaint { Color = new SKColor(grey, grey, grey) };
        canvas.DrawRect(x, y, Cell - 1, Cell - 1, fill);
    }
}
