using MLNetDeepExtensions.Blocks;

namespace MLNetDeepExtensions.Detection;

/// <summary>How a <see cref="RegionProposalTransformer"/> proposes.</summary>
public sealed record RegionProposalOptions
{
    /// <summary>The most regions of an image, best first; null for as many as the detector itself looks at.</summary>
    public int? MaxProposals { get; init; }

    /// <summary>Images that go through the network at once.</summary>
    public int BatchSize { get; init; } = 8;

    /// <summary>The number format of weights and activations.</summary>
    public Precision Precision { get; init; }

    /// <summary>What is wrong with the values, one sentence each; empty if all is well.</summary>
    public IEnumerable<string> Faults()
    {
        if (MaxProposals < 1)
            yield return $"{nameof(MaxProposals)}: expected at least 1, got {MaxProposals}.";
        if (BatchSize < 1)
            yield return $"{nameof(BatchSize)}: expected at least 1, got {BatchSize}.";
        if (!Enum.IsDefined(Precision))
            yield return $"{nameof(Precision)}: expected a member of {nameof(Precision)}, got {Precision}.";
    }
}
