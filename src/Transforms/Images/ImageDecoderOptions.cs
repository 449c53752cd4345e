using MLNetDeepExtensions.Settings;

namespace MLNetDeepExtensions.Images;

/// <summary>What becomes of an image file beyond its pixels, and what is refused.</summary>
public sealed record ImageDecoderOptions
{
    /// <summary>The largest <see cref="MaxPixels"/>: four bytes per pixel must fit an array.</summary>
    public const int LargestMaxPixels = 500_000_000;

    /// <summary>Whether the picture is turned and mirrored as its EXIF orientation says, so that up is up. Boxes of a data set refer to one or the other.</summary>
    public bool ApplyOrientation { get; init; } = true;

    /// <summary>Shows where the picture is transparent.</summary>
    public RgbColour Background { get; init; } = RgbColour.White;

    /// <summary>Most pixels of an image, 1 to 500 million; the file's header is checked before memory is taken for them. A decoded pixel takes 8 bytes at most.</summary>
    public int MaxPixels { get; init; } = 100_000_000;

    /// <summary>Longest file or byte vector, in bytes, 1 or more.</summary>
    public int MaxBytes { get; init; } = 500_000_000;

    /// <summary>Refuses impossible values; one message lists them all.</summary>
    /// <exception cref="ArgumentException">A value is out of its range.</exception>
    public void Validate()
    {
        List<string> faults = [];
        if (MaxPixels is < 1 or > LargestMaxPixels) faults.Add($"{nameof(MaxPixels)}: expected 1 to {LargestMaxPixels}, got {MaxPixels}");
        if (MaxBytes < 1) faults.Add($"{nameof(MaxBytes)}: expected 1 or more, got {MaxBytes}");
        for (int channel = 0; channel < 3; channel++)
            if (!(Background[channel] is >= 0 and <= 1)) faults.Add($"{nameof(Background)}: expected channels from 0 to 1, got {Background[channel]}");
        faults.ThrowIfAny(nameof(ImageDecoderOptions));
    }
}
