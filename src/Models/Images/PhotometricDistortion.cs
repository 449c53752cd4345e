namespace MLNetDeepExtensions.Images;

/// <summary>
/// How much the colours of training images vary. Defaults: SSD's, as its authors' program does it (the paper, section 2.2, refers to Howard 2013); each of the four
/// changes happens with <see cref="Probability"/>, contrast before or after saturation and hue with equal chance.
/// </summary>
public sealed record PhotometricDistortion
{
    /// <summary>No change at all.</summary>
    public static PhotometricDistortion None { get; } = new() { Probability = 0 };

    /// <summary>Chance of each of brightness, contrast, saturation and hue to be changed, 0 to 1.</summary>
    public double Probability { get; init; } = 0.5;

    /// <summary>Largest brightness added or taken away, 0 to 1.</summary>
    public double Brightness { get; init; } = 32 / 255.0;

    /// <summary>Smallest factor of contrast, not negative.</summary>
    public double MinContrast { get; init; } = 0.5;

    /// <summary>Largest factor of contrast.</summary>
    public double MaxContrast { get; init; } = 1.5;

    /// <summary>Smallest factor of saturation, not negative.</summary>
    public double MinSaturation { get; init; } = 0.5;

    /// <summary>Largest factor of saturation.</summary>
    public double MaxSaturation { get; init; } = 1.5;

    /// <summary>Largest turn of the hue in either direction, 0 to 0.5 turns. The default is 36 degrees.</summary>
    public double Hue { get; init; } = 0.1;

    /// <summary>Chance of red, green and blue to change places, 0 to 1.</summary>
    public double ChannelPermutationProbability { get; init; }

    /// <summary>One change, drawn at random.</summary>
    public ColourDistortion Draw(SampleRandom random)
    {
        ArgumentNullException.ThrowIfNull(random);
        // Every number is drawn in any case and in this order, so that options do not shift the numbers of what follows.
        double brightness = Draw(random, -Brightness, Brightness, neutral: 0), contrast = Draw(random, MinContrast, MaxContrast, neutral: 1);
        double saturation = Draw(random, MinSaturation, MaxSaturation, neutral: 1), hue = Draw(random, -Hue, Hue, neutral: 0);
        bool contrastLast = random.Chance(0.5), permute = random.Chance(ChannelPermutationProbability);
        int[] channels = [0, 1, 2];
        random.Shuffle<int>(channels);
        return new ColourDistortion
        {
            Brightness = (float)brightness,
            Contrast = (float)contrast,
            Saturation = (float)saturation,
            Hue = (float)hue,
            ContrastLast = contrastLast,
            Channels = permute ? (channels[0], channels[1], channels[2]) : (0, 1, 2),
        };
    }

    internal IEnumerable<string> Faults()
    {
        if (!(Probability is >= 0 and <= 1))
            yield return $"{nameof(Probability)}: expected 0 to 1, got {Probability}";
        if (!(Brightness is >= 0 and <= 1))
            yield return $"{nameof(Brightness)}: expected 0 to 1, got {Brightness}";
        if (!(MinContrast >= 0 && MinContrast <= MaxContrast && MaxContrast < 1e6))
            yield return $"{nameof(MinContrast)}, {nameof(MaxContrast)}: expected 0 <= min <= max, got {MinContrast}, {MaxContrast}";
        if (!(MinSaturation >= 0 && MinSaturation <= MaxSaturation && MaxSaturation < 1e6))
            yield return $"{nameof(MinSaturation)}, {nameof(MaxSaturation)}: expected 0 <= min <= max, got {MinSaturation}, {MaxSaturation}";
        if (!(Hue is >= 0 and <= 0.5))
            yield return $"{nameof(Hue)}: expected 0 to 0.5 turns, got {Hue}";
        if (!(ChannelPermutationProbability is >= 0 and <= 1))
            yield return $"{nameof(ChannelPermutationProbability)}: expected 0 to 1, got {ChannelPermutationProbability}";
    }

    private double Draw(SampleRandom random, double low, double high, double neutral)
    {
        bool happens = random.Chance(Probability);
        double value = random.Uniform(low, high);
        return happens ? value : neutral;
    }
}
