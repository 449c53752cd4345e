using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms.Image;
using MLNetDeepExtensions.Bridge;

namespace MLNetDeepExtensions.Images;

/// <summary>Decodes images from paths (Text) or files in memory (vector of Byte) to a column of images of any size. Learns nothing.</summary>
/// <remarks>
/// As with LoadImages, an image lives until the same reader reads the next row: pixels are large, and .NET's garbage collector does not see them. Who enumerates rows
/// or predicts again copies what is to be kept, for instance with <see cref="MLImagePixels.ToRgbImage"/>.
/// </remarks>
public sealed class ImageDecodingEstimator : IEstimator<ImageDecodingTransformer>
{
    internal const string InputRole = "input";
    internal const string ExpectedInput = "String or VarVector<Byte>";

    private readonly IHostEnvironment env;
    private readonly string outputColumnName, inputColumnName;
    private readonly ImageDecodingTransformer transformer;

    internal ImageDecodingEstimator(IHostEnvironment env, string outputColumnName, string inputColumnName, DecodeImagesOptions options)
    {
        (this.env, this.outputColumnName, this.inputColumnName) = (env, outputColumnName, inputColumnName);
        transformer = new ImageDecodingTransformer(env, outputColumnName, inputColumnName, options);
    }

    /// <summary>The transformer; no image is read.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The input column is missing or of the wrong type.</exception>
    public ImageDecodingTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        transformer.GetOutputSchema(input.Schema);
        return transformer;
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        var input = inputSchema.Find(env, InputRole, inputColumnName);
        bool isVector = input.Kind != SchemaShape.Column.VectorKind.Scalar;
        if (input.IsKey || !(isVector ? input.ItemType == NumberDataViewType.Byte : input.ItemType is TextDataViewType))
            throw ColumnShapes.Mismatch(env, InputRole, inputColumnName, ExpectedInput, input.TypeText());
        return inputSchema.With(ColumnShapes.Scalar(outputColumnName, new ImageDataViewType()));
    }
}
