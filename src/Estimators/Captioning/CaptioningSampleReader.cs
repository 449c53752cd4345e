using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNetDeepExtensions.Bridge;
using MLNetDeepExtensions.Images;
using MLNetDeepExtensions.Text;

namespace MLNetDeepExtensions.Captioning;

/// <summary>The columns that a captioner learns from: their check, and how a row becomes a sample.</summary>
internal sealed class CaptioningSampleReader(IHostEnvironment env, string imageColumn, string captionColumn)
{
    private const string CaptionRole = "caption";

    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type; the text is ML.NET's own.</exception>
    public void Check(SchemaShape input)
    {
        ImageColumn.Check(env, input, imageColumn);
        SchemaShape.Column caption = input.Find(env, CaptionRole, captionColumn);
        if (caption.IsKey || caption.ItemType is not TextDataViewType)
            throw ColumnShapes.Mismatch(env, CaptionRole, captionColumn, "String or VarVector<String>", caption.TypeText());
    }

    /// <summary>Reads samples.</summary>
    /// <param name="schema">Of the data.</param>
    /// <param name="encode">The tokens of a caption, with its end token.</param>
    public RowReader<CaptioningSample> For(DataViewSchema schema, Func<string, int[]> encode)
    {
        DataViewSchema.Column image = ImageColumn.Find(env, schema, imageColumn), caption = Caption(schema);
        return new RowReader<CaptioningSample>([image, caption], row =>
        {
            Func<RgbImage?> readImage = ImageColumn.Bind(row, image);
            Func<string[]> readCaptions = TextColumn.Bind(row, caption);
            return () =>
            {
                RgbImage picture = readImage() ?? throw new InvalidDataException("It has no image.");
                string[] captions = Checked(readCaptions());
                return new CaptioningSample(picture, captions, [.. captions.Select(encode)]);
            };
        });
    }

    /// <summary>Reads the captions alone, whatever they are.</summary>
    public RowReader<string[]> Texts(DataViewSchema schema)
    {
        DataViewSchema.Column caption = Caption(schema);
        return new RowReader<string[]>([caption], row => TextColumn.Bind(row, caption));
    }

    private DataViewSchema.Column Caption(DataViewSchema schema) => TextColumn.Find(env, schema, CaptionRole, captionColumn, mayBeVector: true);

    private static string[] Checked(string[] captions)
    {
        if (captions.Length == 0)
            throw new InvalidDataException("It has no caption.");
        int empty = Array.FindIndex(captions, string.IsNullOrWhiteSpace);
        return empty < 0 ? captions
            : throw new InvalidDataException(captions.Length == 1 ? "Its caption is empty." : $"Its caption {empty} of {captions.Length}, counted from 0, is empty.");
    }
}
