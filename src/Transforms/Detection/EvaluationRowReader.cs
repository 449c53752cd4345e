using Microsoft.ML;
using MLNetDeepExtensions.Bridge;

namespace MLNetDeepExtensions.Detection;

/// <summary>Reads the objects and detections of the row that a cursor stands on.</summary>
internal sealed class EvaluationRowReader(DataViewRow row, BoundEvaluationColumns columns, ClassNames names)
{
    readonly Func<int[]> _classes = names.Bind(row, columns.Label), _predictedClasses = names.Bind(row, columns.PredictedLabel);
    readonly Func<float[]> _corners = RowVector.Bind<float>(row, columns.BoundingBoxes);
    readonly Func<float[]> _predictedCorners = RowVector.Bind<float>(row, columns.PredictedBoundingBoxes);
    readonly Func<float[]> _scores = RowVector.Bind<float>(row, columns.Score);
    readonly Func<bool[]>? _difficult = columns.Difficult is { } difficult ? RowVector.Bind<bool>(row, difficult) : null;
    readonly Func<bool[]>? _crowd = columns.Crowd is { } crowd ? RowVector.Bind<bool>(row, crowd) : null;
    readonly Func<float[]>? _areas = columns.Area is { } area ? RowVector.Bind<float>(row, area) : null;

    /// <summary>Objects and detections left out so far, because they had no class.</summary>
    public long WithoutClass { get; private set; }

    /// <exception cref="InvalidDataException">The lengths of the columns do not fit together.</exception>
    public (AnnotatedObject[] Truth, DetectedObject[] Detected) Read() => (Objects(), Detections());

    AnnotatedObject[] Objects()
    {
        int[] classes = _classes();
        float[] corners = Expect(_corners(), columns.BoundingBoxes, 4, classes.Length, columns.Label);
        bool[]? difficult = columns.Difficult is { } d ? Expect(_difficult!(), d, 1, classes.Length, columns.Label) : null;
        bool[]? crowd = columns.Crowd is { } c ? Expect(_crowd!(), c, 1, classes.Length, columns.Label) : null;
        float[]? areas = columns.Area is { } a ? Expect(_areas!(), a, 1, classes.Length, columns.Label) : null;
        return [.. WithClass(classes).Select(i => new AnnotatedObject(BoxAt(corners, i), classes[i])
        {
            IsDifficult = difficult?[i] ?? false,
            IsCrowd = crowd?[i] ?? false,
            Area = areas?[i] ?? float.NaN,
        })];
    }

    DetectedObject[] Detections()
    {
        int[] classes = _predictedClasses();
        float[] corners = Expect(_predictedCorners(), columns.PredictedBoundingBoxes, 4, classes.Length, columns.PredictedLabel);
        float[] scores = Expect(_scores(), columns.Score, 1, classes.Length, columns.PredictedLabel);
        return [.. WithClass(classes).Select(i => new DetectedObject(BoxAt(corners, i), classes[i], scores[i]))];
    }

    int[] WithClass(int[] classes)
    {
        int[] kept = [.. Enumerable.Range(0, classes.Length).Where(i => classes[i] != ClassNames.Missing)];
        WithoutClass += classes.Length - kept.Length;
        return kept;
    }

    T[] Expect<T>(T[] values, DataViewSchema.Column column, int each, int count, DataViewSchema.Column counted) =>
        values.Length == each * count
            ? values
            : throw new InvalidDataException(
                $"Row {row.Position}, column '{column.Name}': expected {each * count} values, "
                + $"{each} for each of the {count} in '{counted.Name}', got {values.Length}.");

    static Box BoxAt(float[] corners, int i) => new(corners[4 * i], corners[4 * i + 1], corners[4 * i + 2], corners[4 * i + 3]);
}
