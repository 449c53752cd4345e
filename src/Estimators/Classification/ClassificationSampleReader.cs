using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNetDeepExtensions.Bridge;
using MLNetDeepExtensions.Images;
using MLNetDeepExtensions.Labels;

namespace MLNetDeepExtensions.Classification;

/// <summary>The columns that a classifier of images learns from: their check, and how a row becomes a sample.</summary>
internal sealed class ClassificationSampleReader(IHostEnvironment env, string imageColumn, string labelColumn)
{
    private const string LabelRole = "label";

    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type; the text is ML.NET's own.</exception>
    public void Check(SchemaShape input)
    {
        ImageColumn.Check(env, input, imageColumn);
        SchemaShape.Column label = Label(input);
        if (label.IsVector() || !label.IsKey || label.ItemType != NumberDataViewType.UInt32)
            throw ColumnShapes.Mismatch(env, LabelRole, label.Name, "Key<UInt32>", label.TypeText());
    }

    public SchemaShape.Column Label(SchemaShape input) => input.Find(env, LabelRole, labelColumn);

    public ClassLabels LabelsOf(DataViewSchema schema) => ClassLabels.Of(schema.Find(env, LabelRole, labelColumn));

    /// <summary>Reads samples; classes count from 0.</summary>
    public RowReader<ClassificationSample> For(DataViewSchema schema)
    {
        DataViewSchema.Column image = ImageColumn.Find(env, schema, imageColumn);
        DataViewSchema.Column label = schema.Find(env, LabelRole, labelColumn);
        return new RowReader<ClassificationSample>([image, label], row =>
        {
            Func<RgbImage?> readImage = ImageColumn.Bind(row, image);
            Func<int> readClass = KeyedClass.Bind(row, label);
            return () => new ClassificationSample(readImage() ?? throw new InvalidDataException("It has no image."), readClass());
        });
    }
}
