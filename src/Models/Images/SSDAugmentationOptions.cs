using MLNetDeepExtensions.Settings;

namespace MLNetDeepExtensions.Images;

/// <summary>What SSD's training images go through (Liu et al., SSD, sections 2.2 and 3.6). Defaults: the authors'.</summary>
public sealed record SSDAugmentationOptions
{
    /// <summary>Training on whole images, unchanged.</summary>
    public static SSDAugmentationOptions None { get; } = new()
    {
        Colours = PhotometricDistortion.None, ZoomOutProbability = 0, CropOverlaps = [], MirrorProbability = 0,
    };

    /// <summary>Variation of colours.</summary>
    public PhotometricDistortion Colours { get; init; } = new();

    /// <summary>Chance of the image being placed on a larger canvas, 0 to 1 (section 3.6).</summary>
    public double ZoomOutProbability { get; init; } = 0.5;

    /// <summary>Largest side of that canvas in sides of the image, 1 or more; the ratio is uniform from 1. The default covers 16 times the area.</summary>
    public double MaxZoomOut { get; init; } = 4;

    /// <summary>
    /// Patches are cropped so that some object overlaps with the patch by at least one of these values of intersection over union, 0 to 1; 0 is any patch. The whole is
    /// one more choice, all have equal chances; empty: never crop.
    /// </summary>
    public IReadOnlyList<double> CropOverlaps { get; init; } = [0, 0.1, 0.3, 0.5, 0.7, 0.9];

    /// <summary>Patches tried per overlap before another choice is made, 1 or more.</summary>
    public int CropTrials { get; init; } = 50;

    /// <summary>Smallest patch: the root of its part of the area, above 0 to 1. 0.3 is the authors' program; about a tenth of the area, as the paper says.</summary>
    public double MinCropScale { get; init; } = 0.3;

    /// <summary>Largest patch: the root of its part of the area, above 0 to 1.</summary>
    public double MaxCropScale { get; init; } = 1;

    /// <summary>Largest change of shape of a patch in relation to its image, either way; 1 or more.</summary>
    public double MaxCropAspectRatio { get; init; } = 2;

    /// <summary>Chance of being mirrored left to right, 0 to 1.</summary>
    public double MirrorProbability { get; init; } = 0.5;

    /// <summary>Chance of being mirrored top to bottom, 0 to 1; useful where up and down mean nothing, as in pictures from above.</summary>
    public double VerticalMirrorProbability { get; init; }

    /// <summary>Objects whose visible box is narrower or lower than this, in pixels of the network's input, are left out; 0 or more.</summary>
    public double MinBoxSize { get; init; } = 1;

    /// <summary>Colour of the canvas: the mean that the network subtracts.</summary>
    public RgbColour Canvas { get; init; } = PixelNormalisation.CaffeMean.Mean;

    /// <summary>How pixels are made.</summary>
    public Resampling Resampling { get; init; } = Resampling.Bilinear;

    /// <summary>Refuses impossible values; one message lists them all.</summary>
    /// <exception cref="ArgumentException">A value is out of its range.</exception>
    public void Validate()
    {
        Faults().ThrowIfAny(nameof(SSDAugmentationOptions));
    }

    internal IEnumerable<string> Faults() =>
        OwnFaults().Concat(Colours?.Faults().Select(fault => $"{nameof(Colours)}.{fault}") ?? [$"{nameof(Colours)}: expected a value, got null"]);

    private IEnumerable<string> OwnFaults()
    {
        if (!(ZoomOutProbability is >= 0 and <= 1))
            yield return $"{nameof(ZoomOutProbability)}: expected 0 to 1, got {ZoomOutProbability}";
        if (!(MaxZoomOut is >= 1 and <= 100))
            yield return $"{nameof(MaxZoomOut)}: expected 1 to 100, got {MaxZoomOut}";
        if (CropOverlaps is null || CropOverlaps.Any(overlap => !(overlap is >= 0 and <= 1)))
            yield return $"{nameof(CropOverlaps)}: expected values from 0 to 1";
        if (CropTrials < 1)
            yield return $"{nameof(CropTrials)}: expected 1 or more, got {CropTrials}";
        if (!(MinCropScale > 0 && MinCropScale <= MaxCropScale && MaxCropScale <= 1))
            yield return $"{nameof(MinCropScale)}, {nameof(MaxCropScale)}: expected 0 < min <= max <= 1, got {MinCropScale}, {MaxCropScale}";
        if (!(MaxCropAspectRatio is >= 1 and <= 100))
            yield return $"{nameof(MaxCropAspectRatio)}: expected 1 to 100, got {MaxCropAspectRatio}";
        if (!(MirrorProbability is >= 0 and <= 1))
            yield return $"{nameof(MirrorProbability)}: expected 0 to 1, got {MirrorProbability}";
        if (!(VerticalMirrorProbability is >= 0 and <= 1))
            yield return $"{nameof(VerticalMirrorProbability)}: expected 0 to 1, got {VerticalMirrorProbability}";
        if (!(MinBoxSize is >= 0 and < 1e6))
            yield return $"{nameof(MinBoxSize)}: expected 0 or more, got {MinBoxSize}";
        if (!Enum.IsDefined(Resampling))
            yield return $"{nameof(Resampling)}: unknown value {Resampling}";
    }
}
