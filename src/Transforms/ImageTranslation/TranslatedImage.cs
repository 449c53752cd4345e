using MLNetDeepExtensions.Images;
using MLNetDeepExtensions.Images.Metrics;

namespace MLNetDeepExtensions.ImageTranslation;

/// <summary>An image in the style of the other domain. The way back is computed when it is asked for, and once.</summary>
public sealed class TranslatedImage
{
    private readonly RgbImage original;
    private readonly Lazy<RgbImage> reconstructed;

    internal TranslatedImage(RgbImage original, RgbImage image, Func<RgbImage, RgbImage> translateBack)
    {
        (this.original, Image) = (original, image);
        reconstructed = new Lazy<RgbImage>(() => translateBack(image));
    }

    /// <summary>The translation, of the size of the original.</summary>
    public RgbImage Image { get; }

    /// <summary>The translation translated back.</summary>
    public RgbImage Reconstructed => reconstructed.Value;

    /// <summary>Mean difference of <see cref="Reconstructed"/> and the original, for colours from -1 to 1 as in the paper's equation 2: 0 to 2.</summary>
    public float CycleError => (float)MeanDifference.Of(original, Reconstructed);
}
