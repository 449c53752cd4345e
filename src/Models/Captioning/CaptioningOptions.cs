using MLNetDeepExtensions.Blocks;
using MLNetDeepExtensions.Classification;
using MLNetDeepExtensions.Decoding;
using MLNetDeepExtensions.Images;

namespace MLNetDeepExtensions.Captioning;

/// <summary>How a trained captioner predicts. Defaults: the paper's beam (Vinyals et al., arXiv 1411.4555, section 3.1).</summary>
public sealed record CaptioningOptions
{
    /// <summary>Captions that are continued in the search; 1 is greedy. At least 1. The paper has 20; its authors later found 3 better
    /// (arXiv 1609.06647).</summary>
    public int BeamSize { get; init; } = 20;

    /// <summary>Captions are ranked by log-probability over length to this power, the length with its end token. At least 0; 0 ranks by
    /// log-probability alone, which likes short captions (the paper), 1 by the mean of a word.</summary>
    public double LengthNormalisation { get; init; }

    /// <summary>The most tokens of a caption, the end token included. At least 1; im2txt has 20.</summary>
    public int MaximumLength { get; init; } = 20;

    /// <summary>Captions in the columns of candidates. At least 1; never more than the beam is wide.</summary>
    public int Candidates { get; init; } = 5;

    /// <summary>Lets the unknown word be spoken.</summary>
    public bool AllowUnknown { get; init; }

    /// <summary>Which part of an image is looked at. By default all of it, since captions speak of all.</summary>
    public ClassificationView View { get; init; } = ClassificationView.Warp;

    /// <summary>Side of the centre crop as part of the image's shorter side, above 0 to 1.</summary>
    public double CropFraction { get; init; } = 1;

    /// <summary>How pixels are made.</summary>
    public Resampling Resampling { get; init; } = Resampling.AntialiasedBilinear;

    /// <summary>Images that are described together. At least 1.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>The number format of weights and activations.</summary>
    public Precision Precision { get; init; }

    /// <summary>What is wrong with the values, one sentence each; empty if all is well.</summary>
    public IEnumerable<string> Faults()
    {
        foreach (string fault in Seen.Faults())
            yield return fault;
        if (BeamSize < 1)
            yield return $"{nameof(BeamSize)}: expected at least 1, got {BeamSize}.";
        if (!(LengthNormalisation >= 0 && double.IsFinite(LengthNormalisation)))
            yield return $"{nameof(LengthNormalisation)}: expected a number from 0, got {LengthNormalisation}.";
        if (MaximumLength < 1)
            yield return $"{nameof(MaximumLength)}: expected at least 1, got {MaximumLength}.";
        if (Candidates < 1)
            yield return $"{nameof(Candidates)}: expected at least 1, got {Candidates}.";
    }

    /// <summary>What is looked at, as a classifier is told.</summary>
    internal ClassificationOptions Seen => new()
    {
        View = View, CropFraction = CropFraction, Resampling = Resampling, BatchSize = BatchSize, Precision = Precision,
    };

    /// <summary>How the best captions are searched for.</summary>
    /// <param name="count">How many of them are wanted.</param>
    internal BeamSearchOptions Search(int count) => new()
    {
        BeamSize = BeamSize, BestCount = Math.Min(count, BeamSize), LengthPenalty = LengthPenalty.Power, Alpha = LengthNormalisation,
        MaximumLengthFactor = 0, MaximumLengthOffset = MaximumLength, AllowUnknown = AllowUnknown,
    };
}
