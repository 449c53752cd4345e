using System.Text.Json.Serialization;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetDeepExtensions.Bridge;
using MLNetDeepExtensions.Classification;
using MLNetDeepExtensions.Labels;

namespace MLNetDeepExtensions.Torch;

/// <summary>Columns that a module of your own adds, and how they are taken from its result.</summary>
[JsonDerivedType(typeof(ClassesOutput), "Classes")]
[JsonDerivedType(typeof(VectorOutput), "Vector")]
[JsonDerivedType(typeof(ValueOutput), "Value")]
public abstract record Output
{
    private protected Output()
    {
    }

    /// <summary>
    /// The result [N, classes] is logits: adds the predicted key and the softmax as score, annotated so that <c>MulticlassClassification.Evaluate</c> takes them.
    /// </summary>
    public static Output Classes(string predictedLabelColumnName = "PredictedLabel", string scoreColumnName = "Score") =>
        new ClassesOutput(predictedLabelColumnName, scoreColumnName);

    /// <summary>The result [N, size] as it is: adds a vector of Single.</summary>
    public static Output Vector(string columnName, int size) => new VectorOutput(columnName, size);

    /// <summary>The result [N] or [N, 1]: adds a Single.</summary>
    public static Output Value(string columnName = "Score") => new ValueOutput(columnName);

    internal abstract IEnumerable<SchemaShape.Column> Promise(SchemaShape? keyValues);

    /// <summary>The columns; results are rows of the module's result tensor.</summary>
    internal abstract IEnumerable<ResultColumn<float[]>> Deliver(ClassLabels? labels);

    /// <summary>Numbers that a row of the result must have, given the number of classes.</summary>
    internal abstract int WidthFor(int classCount);
}

internal sealed record ClassesOutput(string PredictedLabelColumnName, string ScoreColumnName) : Output
{
    private ClassificationColumns Columns => new() { PredictedLabel = PredictedLabelColumnName, Score = ScoreColumnName };

    internal override IEnumerable<SchemaShape.Column> Promise(SchemaShape? keyValues) => Columns.Promise(keyValues);

    internal override IEnumerable<ResultColumn<float[]>> Deliver(ClassLabels? labels) => Columns.Deliver<float[]>(labels!, Softmax);

    internal override int WidthFor(int classCount) => classCount;

    private static float[] Softmax(float[] logits)
    {
        double highest = logits.Max();
        double[] exponentials = [.. logits.Select(logit => Math.Exp(logit - highest))];
        double sum = exponentials.Sum();
        return [.. exponentials.Select(exponential => (float)(exponential / sum))];
    }
}

internal sealed record VectorOutput(string ColumnName, int Size) : Output
{
    internal override IEnumerable<SchemaShape.Column> Promise(SchemaShape? keyValues) => [ColumnShapes.Vector(ColumnName, NumberDataViewType.Single)];

    internal override IEnumerable<ResultColumn<float[]>> Deliver(ClassLabels? labels) =>
    [
        new ResultColumn<float[], VBuffer<float>>(ColumnName, new VectorDataViewType(NumberDataViewType.Single, Size), null, (float[] row, ref VBuffer<float> value) =>
        {
            VBufferEditor<float> editor = VBufferEditor.Create(ref value, Size);
            row.CopyTo(editor.Values);
            value = editor.Commit();
        }),
    ];

    internal override int WidthFor(int classCount) => Size;
}

internal sealed record ValueOutput(string ColumnName) : Output
{
    internal override IEnumerable<SchemaShape.Column> Promise(SchemaShape? keyValues) => [ColumnShapes.Scalar(ColumnName, NumberDataViewType.Single)];

    internal override IEnumerable<ResultColumn<float[]>> Deliver(ClassLabels? labels) =>
        [new ResultColumn<float[], float>(ColumnName, NumberDataViewType.Single, null, (float[] row, ref float value) => value = row[0])];

    internal override int WidthFor(int classCount) => 1;
}
