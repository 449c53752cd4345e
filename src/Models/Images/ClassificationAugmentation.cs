using MLNetDeepExtensions.Classification;

namespace MLNetDeepExtensions.Images;

/// <summary>How the training images of a network that sees one view of an image are varied. Defaults: the paper's (Hu et al., section 5.1): random-size crop and mirroring.</summary>
/// <remarks>The range of areas and shapes is that of the paper's released models: 8 to 100 % of the area, 3:4 to 4:3.</remarks>
public sealed record ClassificationAugmentation
{
    /// <summary>Training on what prediction sees, unchanged.</summary>
    public static ClassificationAugmentation None { get; } = new() { MinArea = 1, MirrorProbability = 0 };

    /// <summary>Pictures of 28 to 64 pixels, as in CIFAR: padded by 4 pixels and cropped, and mirrored.</summary>
    public static ClassificationAugmentation SmallImages { get; } = new() { MinArea = 1, Padding = 4 };

    /// <summary>Smallest part of the image's area that a random crop shows, above 0 to 1; 1: no random crop, but the part of the image that is seen in prediction.</summary>
    public double MinArea { get; init; } = 0.08;

    /// <summary>Largest width per height of a random crop, and largest height per width; 1 or more.</summary>
    public double MaxAspectRatio { get; init; } = 4 / 3.0;

    /// <summary>
    /// Without random crop: pixels of the network's input by which the image is padded with black on each side before a part of the input's size is cut out
    /// of it anywhere. 0 or more.
    /// </summary>
    public int Padding { get; init; }

    /// <summary>Chance of being mirrored left to right, 0 to 1; 0 for digits and letters.</summary>
    public double MirrorProbability { get; init; } = 0.5;

    /// <summary>
    /// Whether each of the eight orientations, mirrored or not and turned by any quarter, is as likely as the others, whatever
    /// <see cref="MirrorProbability"/> is: for images without an up and a down, as those from above or through a microscope.
    /// </summary>
    public bool AllOrientations { get; init; }

    /// <summary>Variation of colours; the paper's main results have none.</summary>
    public PhotometricDistortion Colours { get; init; } = PhotometricDistortion.None;

    /// <summary>One random view.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="side">Side of the network's input in pixels.</param>
    /// <param name="prediction">What is seen of an image in prediction, and how its pixels are made.</param>
    /// <param name="random">Of the sample.</param>
    internal ImageView Draw(RgbImage image, int side, ClassificationOptions prediction, SampleRandom random)
    {
        ColourDistortion colours = Colours.Draw(random);
        ImageWindow window = MinArea < 1
            ? new RandomResizedCrop { MinArea = MinArea, MaxAspectRatio = MaxAspectRatio, MirrorProbability = MirrorProbability }.Draw(image.Width, image.Height, random)
            : Shifted(prediction.WindowOf(image.Width, image.Height), side, random);
        var view = new ImageView(window) { Colours = colours, Resampling = prediction.Resampling };
        return !AllOrientations ? view
            : view with { Window = window with { MirrorX = random.Chance(0.5), MirrorY = random.Chance(0.5) }, IsTransposed = random.Chance(0.5) };
    }

    private ImageWindow Shifted(ImageWindow window, int side, SampleRandom random)
    {
        bool mirror = random.Chance(MirrorProbability);
        int right = random.Below(2 * Padding + 1) - Padding, down = random.Below(2 * Padding + 1) - Padding;
        return window with { X = window.X + right * window.Width / side, Y = window.Y + down * window.Height / side, MirrorX = mirror };
    }

    internal IEnumerable<string> Faults()
    {
        if (MinArea is not (> 0 and <= 1))
            yield return $"{nameof(MinArea)}: expected above 0 to 1, got {MinArea}.";
        if (!(MaxAspectRatio is >= 1 and <= 100))
            yield return $"{nameof(MaxAspectRatio)}: expected 1 to 100, got {MaxAspectRatio}.";
        if (Padding is < 0 or > 1000)
            yield return $"{nameof(Padding)}: expected 0 to 1000, got {Padding}.";
        if (MirrorProbability is not (>= 0 and <= 1))
            yield return $"{nameof(MirrorProbability)}: expected 0 to 1, got {MirrorProbability}.";
        foreach (string fault in Colours?.Faults() ?? ["expected a value, got null"])
            yield return $"{nameof(Colours)}.{fault}.";
    }
}
