using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>Trainers for generators of images; each system adds its own.</summary>
public sealed class ImageGenerationTrainers
{
    internal ImageGenerationTrainers(IHostEnvironment environment) => Environment = environment;

    internal IHostEnvironment Environment { get; }
}

/// <summary>Adds trainers to <see cref="ImageGenerationCatalog"/>.</summary>
public static class ImageGenerationCatalogTrainers
{
    extension(ImageGenerationCatalog catalog)
    {
        /// <summary>Trainers for generators of images.</summary>
        public ImageGenerationTrainers Trainers => new(catalog.Environment);
    }
}
