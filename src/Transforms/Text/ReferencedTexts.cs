using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNetDeepExtensions.Bridge;

namespace MLNetDeepExtensions.Text;

/// <summary>A predicted text and what it is compared with.</summary>
internal sealed record ReferencedText(string Predicted, IReadOnlyList<string> References);

/// <summary>The two columns that an evaluation of text reads, by name; checks them against the schema.</summary>
internal sealed class ReferencedTexts
{
    private readonly IHostEnvironment env;
    private readonly IDataView data;
    private readonly DataViewSchema.Column references, predicted;

    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type; the text is ML.NET's own.</exception>
    public ReferencedTexts(IHostEnvironment env, IDataView data, string role, string referenceColumnName, string predictedColumnName)
    {
        ArgumentNullException.ThrowIfNull(data);
        (this.env, this.data) = (env, data);
        references = TextColumn.Find(env, data.Schema, role, referenceColumnName, mayBeVector: true);
        predicted = TextColumn.Find(env, data.Schema, $"predicted {role}", predictedColumnName, mayBeVector: false);
    }

    /// <summary>One pass, with one cursor.</summary>
    /// <exception cref="InvalidDataException">A row has no reference.</exception>
    public IEnumerable<ReferencedText> Read()
    {
        using DataViewRowCursor cursor = data.GetRowCursor([references, predicted]);
        Func<string[]> theirs = TextColumn.Bind(cursor, references), ours = TextColumn.Bind(cursor, predicted);
        while (cursor.MoveNext())
        {
            env.ThrowIfCancelled();
            string[] expected = theirs();
            if (expected.Length == 0)
                throw new InvalidDataException($"Row {cursor.Position}, column '{references.Name}': expected at least one text, got none.");
            yield return new ReferencedText(ours()[0], expected);
        }
    }
}
