using MLNetDeepExtensions.ImageGeneration;

namespace Microsoft.ML;

/// <summary>InfoGAN among the trainers of <c>mlContext.ImageGeneration</c>.</summary>
public static class InfoGanCatalog
{
    /// <summary>Trains an InfoGAN on images.</summary>
    /// <param name="trainers">The trainers of <c>mlContext.ImageGeneration</c>.</param>
    /// <param name="options">What the networks are and how they are trained.</param>
    /// <exception cref="ArgumentException">Options are out of range; the message lists all.</exception>
    public static InfoGanGenerator InfoGan(this ImageGenerationTrainers trainers, InfoGanGenerator.Options options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new(trainers.Environment, options);
    }

    /// <summary>Trains the paper's InfoGAN for MNIST on images; everything else as in the paper.</summary>
    /// <param name="trainers">The trainers of <c>mlContext.ImageGeneration</c>.</param>
    /// <param name="imageColumnName">Images of any size.</param>
    /// <param name="maxEpochs">Passes over the data.</param>
    /// <param name="batchSize">Images per update.</param>
    public static InfoGanGenerator InfoGan(this ImageGenerationTrainers trainers, string imageColumnName = "Image", int maxEpochs = 11, int batchSize = 128) =>
        trainers.InfoGan(new InfoGanGenerator.Options { ImageColumnName = imageColumnName, MaxEpochs = maxEpochs, BatchSize = batchSize });
}
