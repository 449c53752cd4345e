using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>Trainers for captioners; each system adds its own.</summary>
public sealed class ImageCaptioningTrainers
{
    internal ImageCaptioningTrainers(IHostEnvironment environment) => Environment = environment;

    internal IHostEnvironment Environment { get; }
}

/// <summary>Adds trainers to <see cref="ImageCaptioningCatalog"/>.</summary>
public static class ImageCaptioningCatalogTrainers
{
    extension(ImageCaptioningCatalog catalog)
    {
        /// <summary>Trainers for captioners.</summary>
        public ImageCaptioningTrainers Trainers => new(catalog.Environment);
    }
}
