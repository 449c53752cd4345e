using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNetDeepExtensions.Bridge;
using MLNetDeepExtensions.Images;
using MLNetDeepExtensions.Labels;

namespace MLNetDeepExtensions.ImageGeneration;

/// <summary>The columns that a generator of images learns from: their check, and how a row becomes a sample.</summary>
/// <param name="env">Of the trainer.</param>
/// <param name="imageColumn">Images of any size.</param>
/// <param name="labelColumn">Classes: a key; null if they are not learned.</param>
internal sealed class GenerationSampleReader(IHostEnvironment env, string imageColumn, string? labelColumn)
{
    private const string LabelRole = "label";

    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type; the text is ML.NET's own.</exception>
    public void Check(SchemaShape input)
    {
        ImageColumn.Check(env, input, imageColumn);
        if (labelColumn is null)
            return;
        SchemaShape.Column label = input.Find(env, LabelRole, labelColumn);
        if (label.IsVector() || !label.IsKey || label.ItemType != NumberDataViewType.UInt32)
            throw ColumnShapes.Mismatch(env, LabelRole, label.Name, "Key<UInt32>", label.TypeText());
    }

    /// <summary>The classes that the data has keys for; null if they are not learned.</summary>
    public ClassLabels? LabelsOf(DataViewSchema schema) => labelColumn is null ? null : ClassLabels.Of(schema.Find(env, LabelRole, labelColumn));

    /// <summary>Reads samples: the part in the middle of each image that has the shape of the size, at that size.</summary>
    public RowReader<GenerationSample> For(DataViewSchema schema, int width, int height)
    {
        DataViewSchema.Column image = ImageColumn.Find(env, schema, imageColumn);
        DataViewSchema.Column[] label = labelColumn is null ? [] : [schema.Find(env, LabelRole, labelColumn)];
        return new RowReader<GenerationSample>([image, .. label], row =>
        {
            Func<RgbImage?> readImage = ImageColumn.Bind(row, image);
            Func<int>? readClass = label.Length == 0 ? null : KeyedClass.Bind(row, label[0]);
            return () =>
            {
                RgbImage picture = readImage() ?? throw new InvalidDataException("It has no image.");
                return new GenerationSample(CentreCrop.To(picture, width, height), readClass?.Invoke());
            };
        });
    }
}
