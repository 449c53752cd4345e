using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNetDeepExtensions.Bridge;
using MLNetDeepExtensions.Images;

namespace MLNetDeepExtensions.ImageTranslation;

/// <summary>The columns that a translator of images learns from: their check, and how a row becomes an image of a domain.</summary>
internal sealed class UnpairedImageReader(IHostEnvironment env, string imageColumn, string domainColumn, TranslationAugmentation augmentation)
{
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type; the text is ML.NET's own.</exception>
    public void Check(SchemaShape input)
    {
        ImageColumn.Check(env, input, imageColumn);
        DomainColumn.Check(env, input, domainColumn);
    }

    /// <summary>Reads the images of one domain.</summary>
    /// <exception cref="InvalidOperationException">The domain column has another number of domains than two.</exception>
    public RowReader<RgbImage> For(DataViewSchema schema, ImageDomain domain)
    {
        DataViewSchema.Column image = ImageColumn.Find(env, schema, imageColumn);
        DataViewSchema.Column domains = DomainColumn.Find(env, schema, domainColumn);
        return new RowReader<RgbImage>([image, domains], row =>
        {
            Func<RgbImage?> readImage = ImageColumn.Bind(row, image);
            Func<ImageDomain?> readDomain = DomainColumn.Bind(row, domains);
            return () => readDomain() is null
                ? throw new InvalidDataException("Its domain is missing (key 0).")
                : augmentation.EnsureFits(readImage() ?? throw new InvalidDataException("It has no image."));
        })
        {
            Selection = DomainColumn.Of(domains, domain),
        };
    }
}
