using MLNetDeepExtensions.Blocks;

namespace MLNetDeepExtensions.ImageGeneration;

/// <summary>How a trained generator makes images.</summary>
public record GenerationOptions
{
    /// <summary>Images that the network makes at once. At least 1. An image does not depend on it by more than the rounding of its bytes.</summary>
    public int BatchSize { get; init; } = 64;

    /// <summary>Number format of the network's weights and activations.</summary>
    public Precision Precision { get; init; }

    /// <summary>What is wrong with the values, one sentence each; empty if all is well.</summary>
    public virtual IEnumerable<string> Faults()
    {
        if (BatchSize < 1)
            yield return $"{nameof(BatchSize)}: expected at least 1, got {BatchSize}.";
        if (!Enum.IsDefined(Precision))
            yield return $"{nameof(Precision)}: expected a member of {nameof(Blocks.Precision)}, got {Precision}.";
    }
}
