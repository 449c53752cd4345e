namespace Microsoft.ML.Data;

/// <summary>How well images are translated. All numbers are means over the images.</summary>
public sealed class ImageTranslationMetrics
{
    internal ImageTranslationMetrics(int imageCount, ImageSimilarity? cycle, ImageSimilarity? target, ImageSimilarity? untranslated) =>
        (ImageCount, Cycle, Target, Untranslated) = (imageCount, cycle, target, untranslated);

    /// <summary>Number of images.</summary>
    public int ImageCount { get; }

    /// <summary>Images against what came back; null if that was left out.</summary>
    public ImageSimilarity? Cycle { get; }

    /// <summary>Translations against what they should be; null if that is not known.</summary>
    public ImageSimilarity? Target { get; }

    /// <summary>Images as they are against what their translations should be: what doing nothing would reach; null if that is not known.</summary>
    public ImageSimilarity? Untranslated { get; }
}

/// <summary>How alike pairs of images are: means over the pairs.</summary>
/// <param name="PeakSignalToNoise">In decibels; higher is closer; a pair of equal images counts as 100.</param>
/// <param name="StructuralSimilarity">1 for equal images; at least -1.</param>
/// <param name="MeanDifference">Of colours from -1 to 1, as in CycleGAN's loss: 0 to 2.</param>
public sealed record ImageSimilarity(double PeakSignalToNoise, double StructuralSimilarity, double MeanDifference);
