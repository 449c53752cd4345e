using MLNetDeepExtensions.Images;

namespace MLNetDeepExtensions.ImageTranslation;

/// <summary>How training images of a translator are varied: warped to a square, of which a random part is cut out and perhaps mirrored (the authors' code).</summary>
public sealed record TranslationAugmentation
{
    /// <summary>
    /// Side in pixels of the square that images are warped to, at least <see cref="CropSize"/>; null: they keep their size, so that parts of large images are
    /// seen at their true scale. The authors' code has 286, or 143 for images of 128.
    /// </summary>
    public int? LoadSize { get; init; } = 286;

    /// <summary>Side in pixels of the square that is cut out, which is what the networks learn from. A multiple of 4. The paper has 256 or 128.</summary>
    public int CropSize { get; init; } = 256;

    /// <summary>Chance of being mirrored left to right, 0 to 1.</summary>
    public double MirrorProbability { get; init; } = 0.5;

    /// <summary>What is wrong with the values, one sentence each; empty if all is well.</summary>
    /// <param name="network">What the crops go into.</param>
    internal IEnumerable<string> Faults(CycleGanNetworkOptions network)
    {
        int smallest = network.Faults().Any() ? 0 : Math.Max(CycleGanGenerator.SmallestSide, PatchDiscriminator.SmallestSide(network));
        if (CropSize < smallest || CropSize > 4096 || CropSize % CycleGanGenerator.SideMultiple != 0)
            yield return $"{nameof(CropSize)}: expected a multiple of {CycleGanGenerator.SideMultiple} from {smallest} to 4096 pixels, got {CropSize}.";
        if (LoadSize < CropSize || LoadSize > 8192)
            yield return $"{nameof(LoadSize)}: expected {nameof(CropSize)}, {CropSize}, to 8192 pixels, or null, got {LoadSize}.";
        if (MirrorProbability is not (>= 0 and <= 1))
            yield return $"{nameof(MirrorProbability)}: expected 0 to 1, got {MirrorProbability}.";
    }

    /// <exception cref="InvalidDataException">The image keeps its size and is smaller than what is cut out.</exception>
    internal RgbImage EnsureFits(RgbImage image) => LoadSize is not null || Math.Min(image.Width, image.Height) >= CropSize
        ? image
        : throw new InvalidDataException($"Expected an image of at least {CropSize}x{CropSize} pixels, the size that is cut out, got {image.Width}x{image.Height}.");

    /// <summary>One random view, of <see cref="CropSize"/> pixels.</summary>
    internal ImageView Draw(RgbImage image, SampleRandom random)
    {
        (int width, int height) = (LoadSize ?? image.Width, LoadSize ?? image.Height);
        (double scaleX, double scaleY) = ((double)image.Width / width, (double)image.Height / height);
        int x = random.Below(width - CropSize + 1), y = random.Below(height - CropSize + 1);
        return new ImageView(new ImageWindow(x * scaleX, y * scaleY, CropSize * scaleX, CropSize * scaleY, random.Chance(MirrorProbability)))
        {
            Resampling = Resampling.AntialiasedBicubic,
        };
    }
}
