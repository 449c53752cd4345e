using MLNetDeepExtensions.Blocks;

namespace MLNetDeepExtensions.ImageTranslation;

/// <summary>How a trained translator of images works.</summary>
public sealed record ImageTranslationOptions
{
    /// <summary>Rows read ahead; neighbours of the same size among them go through the network at once. At least 1.</summary>
    public int BatchSize { get; init; } = 1;

    /// <summary>The number format of weights and activations.</summary>
    public Precision Precision { get; init; }

    /// <summary>What is wrong with the values, one sentence each; empty if all is well.</summary>
    public IEnumerable<string> Faults()
    {
        if (BatchSize < 1)
            yield return $"{nameof(BatchSize)}: expected at least 1, got {BatchSize}.";
        if (!Enum.IsDefined(Precision))
            yield return $"{nameof(Precision)}: expected a member of {nameof(Blocks.Precision)}, got {Precision}.";
    }
}
