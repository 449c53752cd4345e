using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNetDeepExtensions.Bridge;
using MLNetDeepExtensions.Text;
using MLNetDeepExtensions.Training;

namespace MLNetDeepExtensions.Translation;

/// <summary>The columns that a translator learns from: their check, and how a row becomes a sample.</summary>
internal sealed class TranslationSampleReader(IHostEnvironment env, TranslationTrainingOptions options)
{
    private const string SourceRole = "source", TargetRole = "target";

    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type; the text is ML.NET's own.</exception>
    public void Check(SchemaShape input)
    {
        SchemaShape.Column source = input.Find(env, SourceRole, options.SourceColumnName);
        if (source.IsVector() || source.ItemType is not TextDataViewType)
            throw ColumnShapes.Mismatch(env, SourceRole, source.Name, "String", source.TypeText());
        SchemaShape.Column target = input.Find(env, TargetRole, options.TargetColumnName);
        if (target.ItemType is not TextDataViewType)
            throw ColumnShapes.Mismatch(env, TargetRole, target.Name, "String or VarVector<String>", target.TypeText());
    }

    /// <summary>Reads sentences with their translations.</summary>
    public RowReader<TranslatedText> Texts(DataViewSchema schema)
    {
        DataViewSchema.Column source = TextColumn.Find(env, schema, SourceRole, options.SourceColumnName, mayBeVector: false);
        DataViewSchema.Column target = TextColumn.Find(env, schema, TargetRole, options.TargetColumnName, mayBeVector: true);
        return new RowReader<TranslatedText>([source, target], row =>
        {
            Func<string[]> readSource = TextColumn.Bind(row, source), readTargets = TextColumn.Bind(row, target);
            return () => Checked(readSource()[0], readTargets());
        });
    }

    /// <summary>Reads the same as tokens.</summary>
    public RowReader<TranslationSample> Samples(DataViewSchema schema, SentenceEncoder source, SentenceEncoder target)
    {
        RowReader<TranslatedText> texts = Texts(schema);
        return new RowReader<TranslationSample>(texts.Columns, row =>
        {
            Func<TranslatedText> read = texts.Bind(row);
            return () =>
            {
                TranslatedText text = read();
                return new TranslationSample(Encode(source, SourceRole, text.Source), [.. text.Targets.Select(one => Encode(target, TargetRole, one))]);
            };
        });
    }

    private static TranslatedText Checked(string source, string[] targets)
    {
        if (string.IsNullOrWhiteSpace(source))
            throw new InvalidDataException("Its source is empty.");
        if (targets.Length == 0)
            throw new InvalidDataException("It has no target.");
        int empty = Array.FindIndex(targets, string.IsNullOrWhiteSpace);
        return empty < 0 ? new TranslatedText(source, targets) : throw new InvalidDataException($"Its target {empty} is empty.");
    }

    private int[] Encode(SentenceEncoder encoder, string role, string text)
    {
        int[] tokens = encoder.Encode(text, out bool isCut);
        return isCut && options.LongSentences == LongSentences.LeaveOut
            ? throw new UnwantedRowException($"Its {role} has more than {encoder.MaximumLength} tokens.")
            : tokens;
    }
}
