using MLNetDeepExtensions.ImageTranslation;

namespace Microsoft.ML;

/// <summary>CycleGAN among the trainers of <c>mlContext.ImageTranslation</c>.</summary>
public static class CycleGanCatalog
{
    /// <summary>Trains CycleGAN on images of two domains that need not belong together.</summary>
    /// <param name="trainers">The trainers of <c>mlContext.ImageTranslation</c>.</param>
    /// <param name="options">What the networks are and how they are trained.</param>
    /// <exception cref="ArgumentException">Options are out of range; the message lists all.</exception>
    public static CycleGanTranslator CycleGan(this ImageTranslationTrainers trainers, CycleGanTranslator.Options options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new(trainers.Environment, options);
    }

    /// <summary>Trains CycleGAN as in the paper for images of 256 pixels.</summary>
    /// <param name="trainers">The trainers of <c>mlContext.ImageTranslation</c>.</param>
    /// <param name="domainColumnName">A key of two values, or Boolean: key 1, or false, is translated from.</param>
    /// <param name="imageColumnName">Images of any size.</param>
    /// <param name="maxEpochs">Passes over the larger of the two sets; the learning rate falls over the second half.</param>
    public static CycleGanTranslator CycleGan(
        this ImageTranslationTrainers trainers, string domainColumnName = "Domain", string imageColumnName = "Image", int maxEpochs = 200) =>
        trainers.CycleGan(new CycleGanTranslator.Options { DomainColumnName = domainColumnName, ImageColumnName = imageColumnName, MaxEpochs = maxEpochs });
}
