using MLNetDeepExtensions.Blocks;
using MLNetDeepExtensions.Images;

namespace MLNetDeepExtensions.Classification;

/// <summary>Which part of an image a classifier looks at.</summary>
public enum ClassificationView
{
    /// <summary>The middle square: as if the shorter side were resized and the centre cropped, in one resampling.</summary>
    CentreCrop,

    /// <summary>All of the image, warped to a square.</summary>
    Warp,
}

/// <summary>How a trained classifier predicts. Defaults: SE-Net's (section 5.1): shorter side 256, centre crop 224.</summary>
public sealed record ClassificationOptions
{
    /// <summary>Which part of an image is looked at.</summary>
    public ClassificationView View { get; init; }

    /// <summary>Side of the centre crop as part of the image's shorter side, above 0 to 1; 1 for small images, which fill the network's input.</summary>
    public double CropFraction { get; init; } = 224 / 256.0;

    /// <summary>How pixels are made.</summary>
    public Resampling Resampling { get; init; } = Resampling.AntialiasedBilinear;

    /// <summary>Images that go through the network at once. At least 1.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>The number format of weights and activations.</summary>
    public Precision Precision { get; init; }

    /// <summary>What is wrong with the values, one sentence each; empty if all is well.</summary>
    public IEnumerable<string> Faults()
    {
        if (!Enum.IsDefined(View))
            yield return $"{nameof(View)}: expected a member of {nameof(ClassificationView)}, got {View}.";
        if (CropFraction is not (> 0 and <= 1))
            yield return $"{nameof(CropFraction)}: expected above 0 to 1, got {CropFraction}.";
        if (!Enum.IsDefined(Resampling))
            yield return $"{nameof(Resampling)}: expected a member of {nameof(Images.Resampling)}, got {Resampling}.";
        if (BatchSize < 1)
            yield return $"{nameof(BatchSize)}: expected at least 1, got {BatchSize}.";
        if (!Enum.IsDefined(Precision))
            yield return $"{nameof(Precision)}: expected a member of {nameof(Blocks.Precision)}, got {Precision}.";
    }

    /// <summary>The part of an image of the given size that is looked at.</summary>
    internal ImageWindow WindowOf(int imageWidth, int imageHeight) => View == ClassificationView.Warp
        ? new ImageWindow(0, 0, imageWidth, imageHeight)
        : ImageWindow.Centre(imageWidth, imageHeight, fraction: CropFraction);
}
