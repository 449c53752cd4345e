namespace MLNetDeepExtensions.Images;

/// <summary>
/// A patch of random area and shape: what classifiers are trained on (Szegedy et al., Going Deeper with Convolutions, section 6; torchvision's
/// RandomResizedCrop). Ten attempts, then the middle of the image.
/// </summary>
public sealed record RandomResizedCrop
{
    /// <summary>Smallest part of the image's area, above 0 to 1.</summary>
    public double MinArea { get; init; } = 0.08;

    /// <summary>Largest part of the image's area, above 0 to 1.</summary>
    public double MaxArea { get; init; } = 1;

    /// <summary>Largest width per height of the patch in pixels, and largest height per width; 1 or more.</summary>
    public double MaxAspectRatio { get; init; } = 4 / 3.0;

    /// <summary>Chance of being mirrored left to right.</summary>
    public double MirrorProbability { get; init; } = 0.5;

    /// <summary>One window inside of an image of the given size.</summary>
    public ImageWindow Draw(int imageWidth, int imageHeight, SampleRandom random)
    {
        ArgumentNullException.ThrowIfNull(random);
        bool mirror = random.Chance(MirrorProbability);
        for (int attempt = 0; attempt < 10; attempt++)
        {
            double area = (double)imageWidth * imageHeight * random.Uniform(MinArea, MaxArea);
            double ratio = Math.Exp(random.Uniform(-Math.Log(MaxAspectRatio), Math.Log(MaxAspectRatio)));
            double width = Math.Max(1, Math.Round(Math.Sqrt(area * ratio))), height = Math.Max(1, Math.Round(Math.Sqrt(area / ratio)));
            double x = random.NextDouble(), y = random.NextDouble();
            if (width <= imageWidth && height <= imageHeight)
                return new(Math.Floor(x * (imageWidth - width + 1)), Math.Floor(y * (imageHeight - height + 1)), width, height, mirror);
        }
        double allowed = Math.Clamp((double)imageWidth / imageHeight, 1 / MaxAspectRatio, MaxAspectRatio);
        return ImageWindow.Centre(imageWidth, imageHeight, allowed) with { MirrorX = mirror };
    }
}

/// <summary>
/// Each edge of the image moves on its own, outwards or inwards: the random scaling and translation of YOLO (section 2.2: up to 20 % of the image size).
/// </summary>
public sealed record RandomJitter
{
    /// <summary>Largest movement of an edge as part of the image's side, 0 to below 0.5.</summary>
    public double Jitter { get; init; } = 0.2;

    /// <summary>Chance of being mirrored left to right.</summary>
    public double MirrorProbability { get; init; } = 0.5;

    /// <summary>One window over an image of the given size; it may stick out.</summary>
    public ImageWindow Draw(int imageWidth, int imageHeight, SampleRandom random)
    {
        ArgumentNullException.ThrowIfNull(random);
        double left = Move(imageWidth, random), top = Move(imageHeight, random);
        double right = imageWidth + Move(imageWidth, random), bottom = imageHeight + Move(imageHeight, random);
        return new(left, top, Math.Max(1, right - left), Math.Max(1, bottom - top), random.Chance(MirrorProbability));
    }

    private double Move(int side, SampleRandom random) => Math.Round(random.Uniform(-Jitter, Jitter) * side);
}

/// <summary>
/// The same part of both sides at a random place: enlarging to 286 pixels and cropping 256, as CycleGAN does (appendix 7.1), is the part 256 / 286.
/// </summary>
public sealed record RandomPart
{
    /// <summary>Shown part of each side, above 0 to 1.</summary>
    public double Part { get; init; } = 256 / 286.0;

    /// <summary>Chance of being mirrored left to right.</summary>
    public double MirrorProbability { get; init; } = 0.5;

    /// <summary>One window inside of an image of the given size.</summary>
    public ImageWindow Draw(int imageWidth, int imageHeight, SampleRandom random)
    {
        ArgumentNullException.ThrowIfNull(random);
        double width = imageWidth * Part, height = imageHeight * Part;
        double x = random.Uniform(0, imageWidth - width), y = random.Uniform(0, imageHeight - height);
        return new(x, y, width, height, random.Chance(MirrorProbability));
    }
}
