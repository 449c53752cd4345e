using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNetDeepExtensions.Text;
using MLNetDeepExtensions.Translation;

namespace Microsoft.ML;

/// <summary>Adds <c>Translation</c> to <see cref="MLContext"/>.</summary>
public static class TranslationMLContextExtensions
{
    extension(MLContext ml)
    {
        /// <summary>Translating text: training and evaluation.</summary>
        public TranslationCatalog Translation => new(ml);
    }
}

/// <summary>Translating text: training and evaluation. Reached as <c>mlContext.Translation</c>.</summary>
public sealed class TranslationCatalog
{
    internal TranslationCatalog(MLContext environment) => Environment = environment;

    internal IHostEnvironment Environment { get; }

    /// <summary>Compares translations with references. Reads the data once, with one cursor.</summary>
    /// <param name="data">Sentences with references and translations, usually the output of a translator's <c>Transform</c>.</param>
    /// <param name="targetColumnName">References: Text, or a vector of Text of at least one for each row.</param>
    /// <param name="predictedTranslationColumnName">Translations: Text, detokenised.</param>
    /// <param name="lowerCase">Compares without regard to case; the signature says so.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type.</exception>
    /// <exception cref="InvalidDataException">A row has no reference.</exception>
    public TranslationMetrics Evaluate(
        IDataView data, string targetColumnName = "Target", string predictedTranslationColumnName = "PredictedTranslation", bool lowerCase = false) =>
        new TranslationEvaluation(lowerCase).Run(
            new ReferencedTexts(Environment, data, "target", targetColumnName, predictedTranslationColumnName).Read());
}
