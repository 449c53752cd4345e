using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNetDeepExtensions.Bridge;
using MLNetDeepExtensions.Images;
using MLNetDeepExtensions.Labels;

namespace MLNetDeepExtensions.Detection;

/// <summary>The columns that a detector learns from: their check, and how a row becomes a sample.</summary>
internal sealed class DetectionSampleReader(IHostEnvironment env, DetectionTrainingOptions options)
{
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type; the text is ML.NET's own.</exception>
    public void Check(SchemaShape input)
    {
        ImageColumn.Check(env, input, options.ImageColumnName);
        SchemaShape.Column label = input.Find(env, "label", options.LabelColumnName);
        if (!label.IsVector() || !label.IsKey || label.ItemType != NumberDataViewType.UInt32)
            throw ColumnShapes.Mismatch(env, "label", label.Name, "VarVector<Key<UInt32>>", label.TypeText());
        BoxesColumn.Check(env, input, "bounding box", options.BoundingBoxColumnName);
        if (input.Any(column => column.Name == options.DifficultColumnName && !(column.IsVector() && column.ItemType == BooleanDataViewType.Instance)))
            throw ColumnShapes.Mismatch(env, "difficult", options.DifficultColumnName!, "VarVector<Boolean>", input.Find(env, "difficult", options.DifficultColumnName!).TypeText());
        if (options.Columns.Proposals is { } proposals)
            BoxesColumn.Check(env, input, BoxesColumn.Proposals, proposals);
    }

    /// <summary>Reads samples; classes count from 0.</summary>
    public RowReader<DetectionSample> For(DataViewSchema schema)
    {
        DataViewSchema.Column image = ImageColumn.Find(env, schema, options.ImageColumnName);
        DataViewSchema.Column label = schema.Find(env, "label", options.LabelColumnName);
        DataViewSchema.Column boxes = schema.Find(env, "bounding box", options.BoundingBoxColumnName);
        DataViewSchema.Column? difficult = options.DifficultColumnName is { } name ? schema.GetColumnOrNull(name) : null;
        DataViewSchema.Column? proposals = options.Columns.Proposals is { } given ? BoxesColumn.Find(env, schema, BoxesColumn.Proposals, given) : null;
        DataViewSchema.Column[] columns = [.. new[] { image, label, boxes, difficult, proposals }.OfType<DataViewSchema.Column>()];
        return new RowReader<DetectionSample>(columns, row => Bind(row, image, label, boxes, difficult, proposals));
    }

    private static Func<DetectionSample> Bind(
        DataViewRow row, DataViewSchema.Column image, DataViewSchema.Column label, DataViewSchema.Column boxes, DataViewSchema.Column? difficult,
        DataViewSchema.Column? proposals)
    {
        Func<RgbImage?> readImage = ImageColumn.Bind(row, image);
        Func<uint[]> readKeys = RowVector.Bind<uint>(row, label);
        Func<float[]> readCorners = RowVector.Bind<float>(row, boxes);
        Func<bool[]>? readDifficult = difficult is { } column ? RowVector.Bind<bool>(row, column) : null;
        Func<IReadOnlyList<Box>> readProposals = proposals is { } given ? BoxesColumn.Bind(row, given) : () => [];
        int classes = ClassLabels.Of(label).Count;
        return () => new DetectionSample(
            readImage() ?? throw new InvalidDataException("It has no image."),
            Objects(readKeys(), classes, readCorners(), readDifficult?.Invoke())) { Proposals = readProposals() };
    }

    private static LabelledBox[] Objects(uint[] keys, int classes, float[] corners, bool[]? difficult)
    {
        if (corners.Length != 4 * keys.Length)
            throw new InvalidDataException($"Boxes: expected 4 numbers for each of {keys.Length} labels, got {corners.Length}.");
        if (difficult is not null && difficult.Length != keys.Length)
            throw new InvalidDataException($"Difficult: expected a value for each of {keys.Length} labels, got {difficult.Length}.");
        return [.. keys.Select((key, i) => Object(i, key, classes, corners.AsSpan(4 * i, 4), difficult?[i] ?? false))];
    }

    private static LabelledBox Object(int number, uint key, int classes, ReadOnlySpan<float> corners, bool isDifficult)
    {
        var box = new Box(corners[0], corners[1], corners[2], corners[3]);
        if (key == 0)
            throw new InvalidDataException($"Object {number} has a missing label (key 0).");
        if (key > classes)
            throw new InvalidDataException($"Object {number}: expected a label key up to {classes}, got {key}.");
        if (!box.IsProper)
            throw new InvalidDataException($"Object {number}: expected a box x0 < x1, y0 < y1 of finite numbers, got {corners[0]}, {corners[1]}, {corners[2]}, {corners[3]}.");
        return new LabelledBox(box, (int)key - 1, isDifficult);
    }
}
