using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>Trainers for translators of images; each system adds its own.</summary>
public sealed class ImageTranslationTrainers
{
    internal ImageTranslationTrainers(IHostEnvironment environment) => Environment = environment;

    internal IHostEnvironment Environment { get; }
}

/// <summary>Adds trainers to <see cref="ImageTranslationCatalog"/>.</summary>
public static class ImageTranslationCatalogTrainers
{
    extension(ImageTranslationCatalog catalog)
    {
        /// <summary>Trainers for translators of images.</summary>
        public ImageTranslationTrainers Trainers => new(catalog.Environment);
    }
}
