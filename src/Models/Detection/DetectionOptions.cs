using MLNetDeepExtensions.Blocks;

namespace MLNetDeepExtensions.Detection;

/// <summary>How a trained detector predicts. What is not set takes the value that the detector's paper or reference uses.</summary>
public sealed record DetectionOptions
{
    /// <summary>Objects with a lower or equal score are dropped; 0 to 1.</summary>
    public float? ScoreThreshold { get; init; }

    /// <summary>Of two boxes of one class that overlap by more (intersection over union, 0 to 1), the one with the lower score is
    /// dropped.</summary>
    public float? NmsThreshold { get; init; }

    /// <summary>The most objects given for one image, best first.</summary>
    public int? MaxDetections { get; init; }

    /// <summary>The most boxes of one class of one image that are compared with each other, best first.</summary>
    public int? CandidatesPerClass { get; init; }

    /// <summary>Images that go through the network at once.</summary>
    public int BatchSize { get; init; } = 8;

    /// <summary>The number format of weights and activations.</summary>
    public Precision Precision { get; init; }

    /// <summary>These settings, with what is not set taken from <paramref name="defaults"/>.</summary>
    public DetectionOptions Or(DetectionOptions defaults) => this with
    {
        ScoreThreshold = ScoreThreshold ?? defaults.ScoreThreshold,
        NmsThreshold = NmsThreshold ?? defaults.NmsThreshold,
        MaxDetections = MaxDetections ?? defaults.MaxDetections,
        CandidatesPerClass = CandidatesPerClass ?? defaults.CandidatesPerClass,
    };

    /// <summary>What is wrong with the values, one sentence each; empty if all is well.</summary>
    public IEnumerable<string> Faults()
    {
        if (ScoreThreshold is not (null or >= 0 and <= 1))
            yield return $"ScoreThreshold: expected 0 to 1, got {ScoreThreshold}.";
        if (NmsThreshold is not (null or >= 0 and <= 1))
            yield return $"NmsThreshold: expected 0 to 1, got {NmsThreshold}.";
        if (MaxDetections < 1)
            yield return $"MaxDetections: expected at least 1, got {MaxDetections}.";
        if (CandidatesPerClass < 1)
            yield return $"CandidatesPerClass: expected at least 1, got {CandidatesPerClass}.";
        if (BatchSize < 1)
            yield return $"BatchSize: expected at least 1, got {BatchSize}.";
        if (!Enum.IsDefined(Precision))
            yield return $"Precision: expected a member of {nameof(Precision)}, got {Precision}.";
    }
}
