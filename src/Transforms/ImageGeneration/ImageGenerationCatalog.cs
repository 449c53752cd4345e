using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNetDeepExtensions.Backend;
using MLNetDeepExtensions.Bridge;
using MLNetDeepExtensions.ImageGeneration;
using MLNetDeepExtensions.Images;

namespace Microsoft.ML;

/// <summary>Adds <c>ImageGeneration</c> to <see cref="MLContext"/>.</summary>
public static class ImageGenerationMLContextExtensions
{
    extension(MLContext ml)
    {
        /// <summary>Making images: training and evaluation.</summary>
        public ImageGenerationCatalog ImageGeneration => new(ml);
    }
}

/// <summary>Making images: training and evaluation. Reached as <c>mlContext.ImageGeneration</c>.</summary>
public sealed class ImageGenerationCatalog
{
    internal ImageGenerationCatalog(MLContext environment) => Environment = environment;

    internal IHostEnvironment Environment { get; }

    /// <summary>
    /// Compares generated images with real ones by the features that one and the same network gives of both, such as a classifier of these images
    /// (<c>SENetClassificationTransformer.WithFeatures</c>) or an Inception network through <c>ApplyOnnxModel</c>. Reads each set once, with one cursor, and
    /// keeps the features in memory.
    /// </summary>
    /// <param name="generated">Generated images with their features.</param>
    /// <param name="real">Real images with their features, from the same transformer.</param>
    /// <param name="featureColumnName">Features: a vector of Single.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type.</exception>
    /// <exception cref="InvalidDataException">A row's features or scores cannot be used, or a set has less than two rows.</exception>
    public ImageGenerationMetrics Evaluate(IDataView generated, IDataView real, string featureColumnName = "Features") =>
        Evaluate(generated, real, new ImageGenerationEvaluationOptions { FeatureColumnName = featureColumnName });

    /// <inheritdoc cref="Evaluate(IDataView, IDataView, string)"/>
    /// <param name="generated">Generated images with their features.</param>
    /// <param name="real">Real images with their features, from the same transformer.</param>
    /// <param name="options">The columns, and what is computed of them.</param>
    /// <exception cref="ArgumentException">Options are out of range; the message lists all.</exception>
    public ImageGenerationMetrics Evaluate(IDataView generated, IDataView real, ImageGenerationEvaluationOptions options)
    {
        ArgumentNullException.ThrowIfNull(generated);
        ArgumentNullException.ThrowIfNull(real);
        ArgumentNullException.ThrowIfNull(options);
        options.EnsureValid();
        TorchRuntime.EnsureLoaded();
        return ImageGenerationEvaluation.Run(
            ImageFeatures.Read(Environment, "generated", generated, options), ImageFeatures.Read(Environment, "real", real, options), options);
    }

    /// <summary>
    /// Compares categories that a network found without labels, such as those of <c>InfoGanEncodingTransformer</c>, with labels. Reads the data once; rows
    /// without label or category are left out.
    /// </summary>
    /// <param name="data">Labelled images with their categories.</param>
    /// <param name="labelColumnName">Labels: keys or text.</param>
    /// <param name="predictedCategoryColumnName">Categories: keys.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type.</exception>
    /// <exception cref="InvalidDataException">No row has both a label and a category.</exception>
    public CategoryMetrics EvaluateCategories(
        IDataView data, string labelColumnName = "Label", string predictedCategoryColumnName = "PredictedCategory")
    {
        ArgumentNullException.ThrowIfNull(data);
        return CategoryEvaluation.Run(Environment, data, labelColumnName, predictedCategoryColumnName);
    }

    /// <summary>Rows for a generator to make images of: a column <c>Seed</c> of Int64, a number of its own for each row.</summary>
    /// <param name="count">How many. At least 0.</param>
    /// <param name="seed">The same rows for the same number.</param>
    public IDataView Seeds(int count, int seed = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        return new IndexedView(Environment, count, new IndexedColumn<long>("Seed", NumberDataViewType.Int64, (long row, ref long value) =>
            value = SeedOf(seed, row)));
    }

    internal static long SeedOf(int seed, long row) => (long)(new SampleRandom(seed, 0, row).NextBits() >> 1);
}
