using System.Text.Json.Serialization;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetDeepExtensions.Bridge;
using MLNetDeepExtensions.Labels;

namespace MLNetDeepExtensions.Classification;

/// <summary>Names of the columns that a classifier adds, with the annotations that <c>MulticlassClassification.Evaluate</c> needs.</summary>
internal sealed record ClassificationColumns
{
    public string PredictedLabel { get; init; } = "PredictedLabel";

    public string Score { get; init; } = "Score";

    /// <summary>Null for no column of features.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Features { get; init; }

    /// <summary>What is promised before anything runs, given the key values' shape of the label.</summary>
    public IEnumerable<SchemaShape.Column> Promise(SchemaShape? keyValues) =>
    [
        ColumnShapes.Key(PredictedLabel, keyValues),
        ColumnShapes.Vector(Score, NumberDataViewType.Single, ScoreAnnotations.Shape(keyValues)),
        .. Features is null ? (SchemaShape.Column[])[] : [ColumnShapes.Vector(Features, NumberDataViewType.Single)],
    ];

    /// <summary>What is delivered for results from which a vector of one probability per class can be taken; for NaN the label is missing.</summary>
    public IReadOnlyList<ResultColumn<TResult>> Deliver<TResult>(ClassLabels labels, Func<TResult, float[]> probabilities) =>
    [
        new ResultColumn<TResult, uint>(PredictedLabel, labels.KeyType, labels.Annotations, (TResult result, ref uint key) =>
            key = KeyOfBest(probabilities(result))),
        new ResultColumn<TResult, VBuffer<float>>(
            Score, new VectorDataViewType(NumberDataViewType.Single, labels.Count), ScoreAnnotations.Of(labels), (TResult result, ref VBuffer<float> value) =>
            {
                VBufferEditor<float> editor = VBufferEditor.Create(ref value, labels.Count);
                probabilities(result).CopyTo(editor.Values);
                value = editor.Commit();
            }),
    ];

    private static uint KeyOfBest(float[] probabilities)
    {
        float best = probabilities.Max();
        return float.IsNaN(best) ? 0 : (uint)Array.IndexOf(probabilities, best) + 1;
    }
}
