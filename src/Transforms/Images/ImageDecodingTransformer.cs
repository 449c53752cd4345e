using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms.Image;
using MLNetDeepExtensions.Bridge;

namespace MLNetDeepExtensions.Images;

/// <summary>Adds a column of decoded images: see <see cref="ImageDecodingEstimator"/>.</summary>
[SavedModel("DecodeImages")]
public sealed class ImageDecodingTransformer : SavableRowTransformer
{
    private readonly Description description;
    private readonly ImageDecoder decoder;

    internal ImageDecodingTransformer(IHostEnvironment env, string outputColumnName, string inputColumnName, DecodeImagesOptions options)
        : this(env, new Description(outputColumnName, inputColumnName, options))
    {
    }

    internal ImageDecodingTransformer(IHostEnvironment env, ModelZipReader zip)
        : this(env, zip.ReadOptions<Description>())
    {
    }

    private ImageDecodingTransformer(IHostEnvironment env, Description description)
        : base(env) => (this.description, decoder) = (description, new ImageDecoder(description.Options.Decoder));

    internal sealed record Description(string OutputColumnName, string InputColumnName, DecodeImagesOptions Options);

    internal override void Save(ModelZipWriter zip) => zip.WriteOptions(description);

    private protected override DataViewSchema.DetachedColumn Output => new(description.OutputColumnName, new ImageDataViewType());

    private protected override DataViewSchema.Column FindInput(DataViewSchema schema)
    {
        var column = schema.Find(Host, ImageDecodingEstimator.InputRole, description.InputColumnName);
        return column.Type is TextDataViewType || (column.Type is VectorDataViewType vector && vector.ItemType == NumberDataViewType.Byte)
            ? column
            : throw ColumnShapes.Mismatch(Host, ImageDecodingEstimator.InputRole, column.Name, ImageDecodingEstimator.ExpectedInput, column.Type.ToString()!);
    }

    private protected override Delegate Getter(DataViewRow input, DataViewSchema.Column inputColumn)
    {
        if (inputColumn.Type is TextDataViewType)
        {
            var path = input.GetGetter<ReadOnlyMemory<char>>(inputColumn);
            ReadOnlyMemory<char> text = default;
            return Getter(input, () =>
            {
                path(ref text);
                return decoder.DecodeToMLImage(PathOf(text));
            });
        }
        var file = input.GetGetter<VBuffer<byte>>(inputColumn);
        VBuffer<byte> bytes = default;
        return Getter(input, () =>
        {
            file(ref bytes);
            return decoder.DecodeToMLImage(bytes.IsDense ? bytes.GetValues() : bytes.DenseValues().ToArray(), $"bytes of column {inputColumn.Name}");
        });
    }

    private ValueGetter<MLImage> Getter(DataViewRow input, Func<MLImage> decode) => (ref MLImage image) =>
    {
        // As ML.NET's loader: what a caller hands in again is no longer wanted. A new image each time, since callers may keep them.
        image?.Dispose();
        image = null!;
        try
        {
            image = decode();
        }
        catch (ImageDecodingException exception)
        {
            if (description.Options.OnBadImage == OnBadImage.Fail)
                throw new ImageDecodingException(input.Position, description.InputColumnName, exception);
        }
    };

    private string PathOf(ReadOnlyMemory<char> text)
    {
        if (text.Span.IsWhiteSpace()) throw new ImageDecodingException("", "a path", "an empty text");
        return Path.Combine(description.Options.ImageFolder ?? "", text.ToString());
    }
}
