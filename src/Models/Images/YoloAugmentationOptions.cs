using MLNetDeepExtensions.Settings;

namespace MLNetDeepExtensions.Images;

/// <summary>What YOLO's training images go through (Redmon et al., section 2.2). Defaults: the paper's.</summary>
public sealed record YoloAugmentationOptions
{
    /// <summary>Training on whole images, unchanged.</summary>
    public static YoloAugmentationOptions None { get; } = new()
    {
        Window = new RandomJitter { Jitter = 0, MirrorProbability = 0 }, MaxExposure = 1, MaxSaturation = 1,
    };

    /// <summary>How much of the image is shown, or how small: each edge moves by up to 20 % of the image; half of the views are
    /// mirrored.</summary>
    public RandomJitter Window { get; init; } = new();

    /// <summary>Largest factor on the brightness (V of HSV), and by its inverse the smallest. 1 to 10.</summary>
    public double MaxExposure { get; init; } = 1.5;

    /// <summary>Largest factor on the saturation (S of HSV), and by its inverse the smallest. 1 to 10.</summary>
    public double MaxSaturation { get; init; } = 1.5;

    /// <summary>Largest turn of the hue in either direction, 0 to 0.5 turns; 0.1 in later programs of the authors.</summary>
    public double MaxHue { get; init; }

    /// <summary>Objects of which less is shown than this, in parts of the view's side, are left out. 0 to 1; the default is the authors'
    /// program's.</summary>
    public double MinBoxSide { get; init; } = 0.005;

    /// <summary>Colour outside of the image.</summary>
    public RgbColour Outside { get; init; } = PixelNormalisation.CaffeMean.Mean;

    /// <summary>How pixels are made.</summary>
    public Resampling Resampling { get; init; } = Resampling.Bilinear;

    /// <summary>Refuses impossible values; one message lists them all.</summary>
    /// <exception cref="ArgumentException">A value is out of its range.</exception>
    public void Validate()
    {
        Faults().ThrowIfAny(nameof(YoloAugmentationOptions));
    }

    internal IEnumerable<string> Faults()
    {
        if (Window is null)
            yield return $"{nameof(Window)}: expected a value, got null";
        else if (Window.Jitter is not (>= 0 and < 0.5))
            yield return $"{nameof(Window)}.{nameof(Window.Jitter)}: expected 0 to below 0.5, got {Window.Jitter}";
        else if (Window.MirrorProbability is not (>= 0 and <= 1))
            yield return $"{nameof(Window)}.{nameof(Window.MirrorProbability)}: expected 0 to 1, got {Window.MirrorProbability}";
        if (MaxExposure is not (>= 1 and <= 10))
            yield return $"{nameof(MaxExposure)}: expected 1 to 10, got {MaxExposure}";
        if (MaxSaturation is not (>= 1 and <= 10))
            yield return $"{nameof(MaxSaturation)}: expected 1 to 10, got {MaxSaturation}";
        if (MaxHue is not (>= 0 and <= 0.5))
            yield return $"{nameof(MaxHue)}: expected 0 to 0.5 turns, got {MaxHue}";
        if (MinBoxSide is not (>= 0 and <= 1))
            yield return $"{nameof(MinBoxSide)}: expected 0 to 1, got {MinBoxSide}";
        if (!Enum.IsDefined(Resampling))
            yield return $"{nameof(Resampling)}: unknown value {Resampling}";
    }
}
