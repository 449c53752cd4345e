using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetDeepExtensions.Bridge;

namespace MLNetDeepExtensions.Translation;

/// <summary>Names of the columns that a translator reads and adds.</summary>
internal sealed record TranslationColumns
{
    public string Source { get; init; } = "Source";

    public string PredictedTranslation { get; init; } = "PredictedTranslation";

    public string Score { get; init; } = "Score";

    public string CandidateTranslations { get; init; } = "CandidateTranslations";

    public string CandidateScores { get; init; } = "CandidateScores";

    public string SourceTokens { get; init; } = "SourceTokens";

    public string TranslationTokens { get; init; } = "TranslationTokens";

    public string Alignment { get; init; } = "Alignment";

    /// <summary>What is promised before anything runs.</summary>
    public IEnumerable<SchemaShape.Column> Promise() =>
    [
        ColumnShapes.Scalar(PredictedTranslation, TextDataViewType.Instance),
        ColumnShapes.Scalar(Score, NumberDataViewType.Single),
        ColumnShapes.VariableVector(CandidateTranslations, TextDataViewType.Instance),
        ColumnShapes.VariableVector(CandidateScores, NumberDataViewType.Single),
        ColumnShapes.VariableVector(SourceTokens, TextDataViewType.Instance),
        ColumnShapes.VariableVector(TranslationTokens, TextDataViewType.Instance),
        ColumnShapes.VariableVector(Alignment, NumberDataViewType.Single),
    ];

    /// <summary>What is delivered. Tokens and alignment are made when they are asked for.</summary>
    /// <param name="tokens">How tokens are shown.</param>
    /// <param name="align">The alignment of a best translation; another pass through the network.</param>
    public IReadOnlyList<ResultColumn<SentenceTranslation>> Deliver(SentenceTranslator tokens, Func<SentenceTranslation, float[]> align) =>
    [
        new ResultColumn<SentenceTranslation, ReadOnlyMemory<char>>(PredictedTranslation, TextDataViewType.Instance, null,
            (SentenceTranslation translation, ref ReadOnlyMemory<char> text) => text = (translation.Best?.Text ?? "").AsMemory()),
        new ResultColumn<SentenceTranslation, float>(Score, NumberDataViewType.Single, null,
            (SentenceTranslation translation, ref float score) => score = (float)(translation.Best?.Hypothesis.Score ?? double.NaN)),
        Texts(CandidateTranslations, translation => [.. translation.Candidates.Select(candidate => candidate.Text)]),
        Numbers(CandidateScores, translation => [.. translation.Candidates.Select(candidate => (float)candidate.Hypothesis.Score)]),
        Texts(SourceTokens, tokens.SourceTokens),
        Texts(TranslationTokens, tokens.TranslationTokens),
        Numbers(Alignment, align),
    ];

    private static ResultColumn<SentenceTranslation> Texts(string name, Func<SentenceTranslation, string[]> texts) =>
        Vector(name, TextDataViewType.Instance, translation => Array.ConvertAll(texts(translation), text => text.AsMemory()));

    private static ResultColumn<SentenceTranslation> Numbers(string name, Func<SentenceTranslation, float[]> numbers) =>
        Vector(name, NumberDataViewType.Single, numbers);

    private static ResultColumn<SentenceTranslation, VBuffer<T>> Vector<T>(string name, PrimitiveDataViewType type, Func<SentenceTranslation, T[]> items) =>
        new(name, new VectorDataViewType(type), null, (SentenceTranslation translation, ref VBuffer<T> value) =>
        {
            T[] all = items(translation);
            VBufferEditor<T> editor = VBufferEditor.Create(ref value, all.Length);
            all.CopyTo(editor.Values);
            value = editor.Commit();
        });
}
