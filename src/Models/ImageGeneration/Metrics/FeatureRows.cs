using static TorchSharp.torch;

namespace MLNetDeepExtensions.ImageGeneration.Metrics;

/// <summary>What is asked of sets of features that are compared.</summary>
internal static class FeatureRows
{
    /// <exception cref="ArgumentException">They are not matrices of finite numbers with two rows or more and as many columns.</exception>
    public static void EnsureAlike(Tensor features_ND, Tensor others_MD)
    {
        Ensure(features_ND, nameof(features_ND));
        Ensure(others_MD, nameof(others_MD));
        if (features_ND.shape[1] != others_MD.shape[1])
            throw new ArgumentException($"Expected as many features in both sets, got {features_ND.shape[1]} and {others_MD.shape[1]}.");
    }

    private static void Ensure(Tensor features, string name)
    {
        if (features.shape is not [>= 2, >= 1])
            throw new ArgumentException($"{name}: expected at least two rows of features, got [{string.Join(", ", features.shape)}].");
        using var scope = NewDisposeScope();
        if (!features.isfinite().all().item<bool>())
            throw new ArgumentException($"{name}: expected finite numbers.");
    }
}
