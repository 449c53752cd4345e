using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNetDeepExtensions.Bridge;

namespace MLNetDeepExtensions.Detection;

/// <summary>The columns that an evaluation reads, by name; checks them against the schema.</summary>
internal sealed record EvaluationColumns(IHostEnvironment Environment, DataViewSchema Schema)
{
    public required string Label { get; init; }
    public required string BoundingBoxes { get; init; }
    public required string PredictedLabel { get; init; }
    public required string PredictedBoundingBoxes { get; init; }
    public required string Score { get; init; }
    public string? Difficult { get; init; }
    public string? Crowd { get; init; }
    public string? Area { get; init; }

    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type; the text is ML.NET's own.</exception>
    public BoundEvaluationColumns Bound() => new(
        Classes("label", Label),
        VectorOf(NumberDataViewType.Single, "bounding box", BoundingBoxes),
        Classes("predicted label", PredictedLabel),
        VectorOf(NumberDataViewType.Single, "predicted bounding box", PredictedBoundingBoxes),
        VectorOf(NumberDataViewType.Single, "score", Score),
        Difficult is null ? null : VectorOf(BooleanDataViewType.Instance, "difficult", Difficult),
        Crowd is null ? null : VectorOf(BooleanDataViewType.Instance, "crowd", Crowd),
        Area is null ? null : VectorOf(NumberDataViewType.Single, "area", Area));

    DataViewSchema.Column Classes(string role, string name)
    {
        DataViewSchema.Column column = Schema.Find(Environment, role, name);
        DataViewType? itemType = (column.Type as VectorDataViewType)?.ItemType;
        return itemType is TextDataViewType || (itemType is KeyDataViewType && itemType.RawType == typeof(uint))
            ? column
            : throw Mismatch(role, column, "VarVector<Key<UInt32>> or VarVector<String>");
    }

    DataViewSchema.Column VectorOf(PrimitiveDataViewType itemType, string role, string name)
    {
        DataViewSchema.Column column = Schema.Find(Environment, role, name);
        return column.Type is VectorDataViewType vector && vector.ItemType.Equals(itemType)
            ? column
            : throw Mismatch(role, column, $"VarVector<{itemType}>");
    }

    Exception Mismatch(string role, DataViewSchema.Column column, string expected) =>
        ColumnShapes.Mismatch(Environment, role, column.Name, expected, ColumnShapes.Of(Schema).Single(shape => shape.Name == column.Name).TypeText());
}

/// <summary>The columns that an evaluation reads, found and of the right type.</summary>
internal sealed record BoundEvaluationColumns(
    DataViewSchema.Column Label, DataViewSchema.Column BoundingBoxes,
    DataViewSchema.Column PredictedLabel, DataViewSchema.Column PredictedBoundingBoxes, DataViewSchema.Column Score,
    DataViewSchema.Column? Difficult, DataViewSchema.Column? Crowd, DataViewSchema.Column? Area)
{
    public IEnumerable<DataViewSchema.Column> All =>
        new[] { Label, BoundingBoxes, PredictedLabel, PredictedBoundingBoxes, Score, Difficult, Crowd, Area }.OfType<DataViewSchema.Column>();
}
