using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetDeepExtensions.Bridge;

namespace MLNetDeepExtensions.Captioning;

/// <summary>Names of the columns that a captioner reads and adds.</summary>
internal sealed record CaptioningColumns
{
    public string Image { get; init; } = "Image";

    public string PredictedCaption { get; init; } = "PredictedCaption";

    public string Score { get; init; } = "Score";

    public string CandidateCaptions { get; init; } = "CandidateCaptions";

    public string CandidateScores { get; init; } = "CandidateScores";

    /// <summary>What is promised before anything runs.</summary>
    public IEnumerable<SchemaShape.Column> Promise() =>
    [
        ColumnShapes.Scalar(PredictedCaption, TextDataViewType.Instance),
        ColumnShapes.Scalar(Score, NumberDataViewType.Single),
        ColumnShapes.VariableVector(CandidateCaptions, TextDataViewType.Instance),
        ColumnShapes.VariableVector(CandidateScores, NumberDataViewType.Single),
    ];

    /// <summary>What is delivered.</summary>
    public IReadOnlyList<ResultColumn<ImageCaptions>> Deliver() =>
    [
        new ResultColumn<ImageCaptions, ReadOnlyMemory<char>>(PredictedCaption, TextDataViewType.Instance, null,
            (ImageCaptions captions, ref ReadOnlyMemory<char> value) => value = captions.Best.Text.AsMemory()),
        new ResultColumn<ImageCaptions, float>(Score, NumberDataViewType.Single, null,
            (ImageCaptions captions, ref float value) => value = captions.Best.LogProbability),
        Vector(CandidateCaptions, TextDataViewType.Instance, caption => caption.Text.AsMemory()),
        Vector(CandidateScores, NumberDataViewType.Single, caption => caption.LogProbability),
    ];

    private static ResultColumn<ImageCaptions> Vector<T>(string name, PrimitiveDataViewType type, Func<ScoredCaption, T> valueOf) =>
        new ResultColumn<ImageCaptions, VBuffer<T>>(name, new VectorDataViewType(type), null, (ImageCaptions captions, ref VBuffer<T> value) =>
        {
            IReadOnlyList<ScoredCaption> candidates = captions.Candidates;
            VBufferEditor<T> editor = VBufferEditor.Create(ref value, candidates.Count);
            for (int i = 0; i < candidates.Count; i++)
                editor.Values[i] = valueOf(candidates[i]);
            value = editor.Commit();
        });
}
