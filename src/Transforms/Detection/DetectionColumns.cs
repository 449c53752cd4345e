using System.Text.Json.Serialization;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetDeepExtensions.Bridge;
using MLNetDeepExtensions.Labels;

namespace MLNetDeepExtensions.Detection;

/// <summary>Names of the columns that a detector reads and adds; saved with the model.</summary>
internal sealed record DetectionColumns
{
    public string Image { get; init; } = "Image";

    /// <summary>Boxes to look at, for a detector that is told where; null for one that looks everywhere.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Proposals { get; init; }

    public string PredictedLabel { get; init; } = "PredictedLabel";

    public string PredictedBoundingBoxes { get; init; } = "PredictedBoundingBoxes";

    public string Score { get; init; } = "Score";

    /// <summary>What is promised before anything runs, given the column of labels that training sees (or its key values' shape).</summary>
    public IEnumerable<SchemaShape.Column> Promise(SchemaShape? keyValues) =>
    [
        ColumnShapes.VariableVectorOfKeys(PredictedLabel, keyValues),
        ColumnShapes.VariableVector(PredictedBoundingBoxes, NumberDataViewType.Single),
        ColumnShapes.VariableVector(Score, NumberDataViewType.Single),
    ];

    /// <summary>What is delivered.</summary>
    public IReadOnlyList<ResultColumn<IReadOnlyList<DetectedObject>>> Deliver(ClassLabels labels) =>
    [
        Vector<uint>(PredictedLabel, labels.KeyType, labels.Annotations, 1, (detection, key) => key[0] = (uint)detection.Class + 1),
        Vector<float>(PredictedBoundingBoxes, NumberDataViewType.Single, null, 4, (detection, corners) =>
            (corners[0], corners[1], corners[2], corners[3]) = (detection.Box.X0, detection.Box.Y0, detection.Box.X1, detection.Box.Y1)),
        Vector<float>(Score, NumberDataViewType.Single, null, 1, (detection, score) => score[0] = detection.Score),
    ];

    private delegate void ItemWriter<T>(DetectedObject detection, Span<T> destination);

    private static ResultColumn<IReadOnlyList<DetectedObject>, VBuffer<T>> Vector<T>(
        string name, PrimitiveDataViewType itemType, DataViewSchema.Annotations? annotations, int itemsPerDetection, ItemWriter<T> write) =>
        new(name, new VectorDataViewType(itemType), annotations, (IReadOnlyList<DetectedObject> detections, ref VBuffer<T> value) =>
        {
            VBufferEditor<T> editor = VBufferEditor.Create(ref value, detections.Count * itemsPerDetection);
            for (int i = 0; i < detections.Count; i++)
                write(detections[i], editor.Values.Slice(i * itemsPerDetection, itemsPerDetection));
            value = editor.Commit();
        });
}
