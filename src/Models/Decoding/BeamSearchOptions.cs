namespace MLNetDeepExtensions.Decoding;

/// <summary>How the score of a hypothesis depends on its length L, the end token included.</summary>
public enum LengthPenalty
{
    /// <summary>log P / ((5 + L) / 6)^alpha (Wu et al. 2016, equation 14; the Transformer's).</summary>
    Gnmt,

    /// <summary>log P / L^alpha; alpha 1 is the mean log-probability of a token, as with RNNsearch's <c>--normalize</c>.</summary>
    Power,
}

/// <summary>How the most probable sentences are searched for.</summary>
public sealed record BeamSearchOptions
{
    /// <summary>Hypotheses of a sentence that are continued; 1 is greedy search. The Transformer has 4 (section 6.1), Show and Tell
    /// 20.</summary>
    public int BeamSize { get; init; } = 4;

    /// <summary>How length is made up for.</summary>
    public LengthPenalty LengthPenalty { get; init; }

    /// <summary>Exponent of the penalty, 0 or more; 0 ranks by log-probability alone. The Transformer has 0.6 (section 6.1).</summary>
    public double Alpha { get; init; } = 0.6;

    /// <summary>Best sentences that are given.</summary>
    public int BestCount { get; init; } = 1;

    /// <summary>The most tokens, the end token included, are this times the length of the source...</summary>
    public double MaximumLengthFactor { get; init; } = 1;

    /// <summary>...plus this. The Transformer has 50 (section 6.1).</summary>
    public int MaximumLengthOffset { get; init; } = 50;

    /// <summary>No sentence ends before this times the length of the source. RNNsearch's published code has 0.5; 0 lets every length
    /// be.</summary>
    public double MinimumLengthFactor { get; init; }

    /// <summary>Lets the unknown token be chosen.</summary>
    public bool AllowUnknown { get; init; }

    /// <summary>The most tokens for a source of that length, the end token included.</summary>
    public int MaximumLength(int sourceLength) =>
        (int)Math.Clamp(Math.Ceiling(MaximumLengthFactor * sourceLength) + MaximumLengthOffset, 1, int.MaxValue);

    /// <summary>The fewest tokens for a source of that length, the end token included.</summary>
    public int MinimumLength(int sourceLength) =>
        (int)Math.Clamp(Math.Ceiling(MinimumLengthFactor * sourceLength), 1, MaximumLength(sourceLength));

    /// <summary>What log-probabilities of sentences of so many tokens are divided by.</summary>
    public double Penalty(int length) => Math.Pow(LengthPenalty == LengthPenalty.Gnmt ? (5.0 + length) / 6 : length, Alpha);

    /// <summary>What is wrong with the values, one sentence each; empty if all is well.</summary>
    public IEnumerable<string> Faults()
    {
        if (BeamSize < 1)
            yield return $"BeamSize: expected at least 1, got {BeamSize}.";
        if (!Enum.IsDefined(LengthPenalty))
            yield return $"LengthPenalty: expected a member of {nameof(LengthPenalty)}, got {LengthPenalty}.";
        if (!(Alpha >= 0 && double.IsFinite(Alpha)))
            yield return $"Alpha: expected 0 or more, got {Alpha}.";
        if (BestCount < 1 || BestCount > BeamSize)
            yield return $"BestCount: expected 1 to BeamSize ({BeamSize}), got {BestCount}.";
        if (!(MaximumLengthFactor >= 0 && double.IsFinite(MaximumLengthFactor)))
            yield return $"MaximumLengthFactor: expected 0 or more, got {MaximumLengthFactor}.";
        if (MaximumLengthOffset < 0)
            yield return $"MaximumLengthOffset: expected 0 or more, got {MaximumLengthOffset}.";
        if (!(MinimumLengthFactor >= 0 && double.IsFinite(MinimumLengthFactor)))
            yield return $"MinimumLengthFactor: expected 0 or more, got {MinimumLengthFactor}.";
    }
}
