using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>Trainers for translators; each system adds its own.</summary>
public sealed class TranslationTrainers
{
    internal TranslationTrainers(IHostEnvironment environment) => Environment = environment;

    internal IHostEnvironment Environment { get; }
}

/// <summary>Adds trainers to <see cref="TranslationCatalog"/>.</summary>
public static class TranslationCatalogTrainers
{
    extension(TranslationCatalog catalog)
    {
        /// <summary>Trainers for translators.</summary>
        public TranslationTrainers Trainers => new(catalog.Environment);
    }
}
