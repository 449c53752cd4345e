using MLNetDeepExtensions.ImageGeneration;

namespace Microsoft.ML;

/// <summary>The Image Transformer among the trainers of <c>mlContext.ImageGeneration</c>.</summary>
public static class ImageTransformerCatalog
{
    /// <summary>Trains an Image Transformer on images.</summary>
    /// <param name="trainers">The trainers of <c>mlContext.ImageGeneration</c>.</param>
    /// <param name="options">What the network is and how it is trained.</param>
    /// <exception cref="ArgumentException">Options are out of range; the message lists all.</exception>
    public static ImageTransformerGenerator ImageTransformer(this ImageGenerationTrainers trainers, ImageTransformerGenerator.Options options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new(trainers.Environment, options);
    }

    /// <summary>Trains the published code's Image Transformer for CIFAR-10 on images; everything else as there.</summary>
    /// <param name="trainers">The trainers of <c>mlContext.ImageGeneration</c>.</param>
    /// <param name="imageColumnName">Images of any size.</param>
    /// <param name="labelColumnName">Classes to generate images by: a key; null for none.</param>
    /// <param name="maxEpochs">Passes over the data.</param>
    /// <param name="batchSize">Images per update.</param>
    public static ImageTransformerGenerator ImageTransformer(this ImageGenerationTrainers trainers,
        string imageColumnName = "Image", string? labelColumnName = null, int maxEpochs = 100, int batchSize = 4) =>
        trainers.ImageTransformer(new ImageTransformerGenerator.Options
        {
            ImageColumnName = imageColumnName, LabelColumnName = labelColumnName, MaxEpochs = maxEpochs, BatchSize = batchSize,
        });
}
