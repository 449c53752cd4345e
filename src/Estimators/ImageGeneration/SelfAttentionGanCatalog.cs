using MLNetDeepExtensions.ImageGeneration;

namespace Microsoft.ML;

/// <summary>Self-Attention GAN among the trainers of <c>mlContext.ImageGeneration</c>.</summary>
public static class SelfAttentionGanCatalog
{
    /// <summary>Trains a Self-Attention GAN on images, with a class each or without.</summary>
    /// <param name="trainers">The trainers of <c>mlContext.ImageGeneration</c>.</param>
    /// <param name="options">What the networks are and how they are trained.</param>
    /// <exception cref="ArgumentException">Options are out of range; the message lists all.</exception>
    public static SelfAttentionGanGenerator SelfAttentionGan(this ImageGenerationTrainers trainers, SelfAttentionGanGenerator.Options options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new(trainers.Environment, options);
    }

    /// <summary>Trains the paper's Self-Attention GAN for 128 x 128 pixels; everything else as in the paper.</summary>
    /// <param name="trainers">The trainers of <c>mlContext.ImageGeneration</c>.</param>
    /// <param name="labelColumnName">The classes: a key; null for a generator without classes.</param>
    /// <param name="imageColumnName">Images of any size.</param>
    /// <param name="maxEpochs">Passes over the data.</param>
    /// <param name="batchSize">Images per update.</param>
    public static SelfAttentionGanGenerator SelfAttentionGan(this ImageGenerationTrainers trainers,
        string? labelColumnName = "Label", string imageColumnName = "Image", int maxEpochs = 200, int batchSize = 256) =>
        trainers.SelfAttentionGan(new SelfAttentionGanGenerator.Options
        {
            LabelColumnName = labelColumnName, ImageColumnName = imageColumnName, MaxEpochs = maxEpochs, BatchSize = batchSize,
        });
}
