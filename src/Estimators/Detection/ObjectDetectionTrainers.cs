using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>Trainers for detectors; each system adds its own.</summary>
public sealed class ObjectDetectionTrainers
{
    internal ObjectDetectionTrainers(IHostEnvironment environment) => Environment = environment;

    internal IHostEnvironment Environment { get; }
}

/// <summary>Adds trainers to <see cref="ObjectDetectionCatalog"/>.</summary>
public static class ObjectDetectionCatalogTrainers
{
    extension(ObjectDetectionCatalog catalog)
    {
        /// <summary>Trainers for detectors.</summary>
        public ObjectDetectionTrainers Trainers => new(catalog.Environment);
    }
}
