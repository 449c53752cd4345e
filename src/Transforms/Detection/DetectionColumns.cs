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
        VectorColumn.Of<DetectedObject, uint>(PredictedLabel, labels.KeyType, labels.Annotations, 1, (detection, key) => key[0] = (uint)detection.Class + 1),
        VectorColumn.Of<DetectedObject, float>(PredictedBoundingBoxes, NumberDataViewType.Single, null, 4, 
            (detection, corners) => VectorColumn.Write(detection.Box, corners)),
        VectorColumn.Of<DetectedObject, float>(Score, NumberDataViewType.Single, null, 1, (detection, score) => score[0] = detection.Score),
    ];
}
