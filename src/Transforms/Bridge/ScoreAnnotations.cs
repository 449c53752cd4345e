using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetDeepExtensions.Labels;
using Kinds = Microsoft.ML.Data.AnnotationUtils.Kinds;

namespace MLNetDeepExtensions.Bridge;

/// <summary>The annotations by which ML.NET's evaluators recognise the scores of a multiclass classifier.</summary>
internal static class ScoreAnnotations
{
    private const string ScoreKind = AnnotationUtils.Const.ScoreColumnKind.MulticlassClassification;

    /// <summary>What <see cref="Of"/> adds, given the shape of the label's key values.</summary>
    public static SchemaShape Shape(SchemaShape? keyValues)
    {
        SchemaShape.Column[] always =
        [
            ColumnShapes.Key(Kinds.ScoreColumnSetId),
            ColumnShapes.Scalar(Kinds.ScoreColumnKind, TextDataViewType.Instance),
            ColumnShapes.Scalar(Kinds.ScoreValueKind, TextDataViewType.Instance),
        ];
        if (keyValues is null)
            return ColumnShapes.Shape(always);
        DataViewType itemType = keyValues.Single().ItemType;
        SchemaShape.Column[] named = itemType is TextDataViewType
            ? [ColumnShapes.Vector(Kinds.TrainingLabelValues, itemType), ColumnShapes.Vector(Kinds.SlotNames, itemType)]
            : [ColumnShapes.Vector(Kinds.TrainingLabelValues, itemType)];
        return ColumnShapes.Shape(always.Concat(named));
    }

    public static DataViewSchema.Annotations Of(ClassLabels labels)
    {
        var builder = new DataViewSchema.Annotations.Builder();
        builder.Add(Kinds.ScoreColumnSetId, AnnotationUtils.ScoreColumnSetIdType, (ref uint value) => value = 1);
        AddText(builder, Kinds.ScoreColumnKind, ScoreKind);
        AddText(builder, Kinds.ScoreValueKind, AnnotationUtils.Const.ScoreValueKind.Score);
        labels.AddTo(builder, Kinds.TrainingLabelValues);
        if (labels.ValueType == KeyValueType.Text.Name)
            labels.AddTo(builder, Kinds.SlotNames);
        return builder.ToAnnotations();
    }

    private static void AddText(DataViewSchema.Annotations.Builder builder, string kind, string text) =>
        builder.Add(kind, TextDataViewType.Instance, (ref ReadOnlyMemory<char> value) => value = text.AsMemory());
}
