using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNetDeepExtensions.ImageTranslation;

namespace Microsoft.ML;

/// <summary>Adds <c>ImageTranslation</c> to <see cref="MLContext"/>.</summary>
public static class ImageTranslationMLContextExtensions
{
    extension(MLContext ml)
    {
        /// <summary>Translating images from one domain to another: training and evaluation.</summary>
        public ImageTranslationCatalog ImageTranslation => new(ml);
    }
}

/// <summary>Translating images from one domain to another: training and evaluation. Reached as <c>mlContext.ImageTranslation</c>.</summary>
public sealed class ImageTranslationCatalog
{
    internal ImageTranslationCatalog(MLContext environment) => Environment = environment;

    internal IHostEnvironment Environment { get; }

    /// <summary>
    /// Compares images with what the way there and back has left of them, and, if it is known what the translations should be, these with that. Reads the data
    /// once, with one cursor.
    /// </summary>
    /// <remarks>
    /// A small cycle error is no proof of quality: a translator that changes nothing has none, and generators can hide an image in faint noise. Judge the
    /// translations too, by the truth where there is one, or by a classifier of styles.
    /// </remarks>
    /// <param name="data">Images with their translations, usually the output of a translator's <c>Transform</c>.</param>
    /// <param name="imageColumnName">The originals.</param>
    /// <param name="reconstructedImageColumnName">What came back; null to leave that out.</param>
    /// <param name="translatedImageColumnName">The translations; read only with <paramref name="targetImageColumnName"/>.</param>
    /// <param name="targetImageColumnName">What the translations should be; null if nobody knows.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type.</exception>
    /// <exception cref="InvalidDataException">There is no row, or a row's images are missing or of different sizes.</exception>
    public ImageTranslationMetrics Evaluate(IDataView data, string imageColumnName = "Image", string? reconstructedImageColumnName = "ReconstructedImage",
        string translatedImageColumnName = "TranslatedImage", string? targetImageColumnName = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        return new ImageTranslationEvaluation(
            Environment, data, imageColumnName, reconstructedImageColumnName, translatedImageColumnName, targetImageColumnName).Run();
    }
}
