using MLNetDeepExtensions.Settings;

namespace Microsoft.ML.Data;

/// <summary>How generated images are compared with real ones. Defaults: those of torch-fidelity for the kernel distance, one split for the score.</summary>
public sealed record ImageGenerationEvaluationOptions
{
    /// <summary>Column of features of both data views: a vector of Single.</summary>
    public string FeatureColumnName { get; init; } = "Features";

    /// <summary>Column of class probabilities of both data views: a vector of Single; null for no Inception Score.</summary>
    public string? ScoreColumnName { get; init; }

    /// <summary>Column of classes of both data views: a key or text, matched by name; null for no numbers of each class.</summary>
    public string? LabelColumnName { get; init; }

    /// <summary>Parts of the samples that are scored apart by the Inception Score. At least 1.</summary>
    public int ScoreSplits { get; init; } = 1;

    /// <summary>Subsets over which the kernel distance is averaged. At least 1.</summary>
    public int KernelSubsets { get; init; } = 100;

    /// <summary>Samples of each set in a subset. At least 2; the size of the smaller set, if that is smaller.</summary>
    public int KernelSubsetSize { get; init; } = 1000;

    /// <summary>Seed of the subsets' draws.</summary>
    public int Seed { get; init; }

    internal void EnsureValid()
    {
        Faults().ThrowIfAny(nameof(ImageGenerationEvaluationOptions));
    }

    private IEnumerable<string> Faults()
    {
        if (string.IsNullOrEmpty(FeatureColumnName))
            yield return $"{nameof(FeatureColumnName)}: expected the name of a column.";
        if (ScoreSplits < 1)
            yield return $"{nameof(ScoreSplits)}: expected at least 1, got {ScoreSplits}.";
        if (KernelSubsets < 1)
            yield return $"{nameof(KernelSubsets)}: expected at least 1, got {KernelSubsets}.";
        if (KernelSubsetSize < 2)
            yield return $"{nameof(KernelSubsetSize)}: expected at least 2, got {KernelSubsetSize}.";
    }
}
