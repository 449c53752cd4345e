using static TorchSharp.torch;

namespace MLNetDeepExtensions.ImageGeneration.Metrics;

/// <summary>
/// The unbiased squared maximum mean discrepancy of two sets of features under the kernel (a·b / D + 1)³ (Bińkowski et al., Demystifying MMD GANs, arXiv
/// 1801.01401), averaged over subsets: KID, where the features are those of the Inception network that papers use. Can be negative.
/// </summary>
/// <param name="Mean">Over the subsets.</param>
/// <param name="StandardDeviation">Over the subsets; 0 with one subset.</param>
/// <param name="Subsets">How many subsets were drawn.</param>
/// <param name="SubsetSize">Samples of each set in a subset.</param>
public readonly record struct KernelDistance(double Mean, double StandardDeviation, int Subsets, int SubsetSize)
{
    /// <summary>Averages over subsets that are drawn without replacement; over one with everything if the sets are no larger than a subset.</summary>
    /// <param name="features_ND">At least two rows.</param>
    /// <param name="others_MD">At least two rows of as many features.</param>
    /// <param name="subsets">At least 1.</param>
    /// <param name="subsetSize">At least 2; the size of the smaller set, if that is smaller.</param>
    /// <param name="seed">Of the draws.</param>
    public static KernelDistance Between(Tensor features_ND, Tensor others_MD, int subsets = 100, int subsetSize = 1000, int seed = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(subsets, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(subsetSize, 2);
        FeatureRows.EnsureAlike(features_ND, others_MD);
        using var scope = NewDisposeScope();
        using var constant = no_grad();
        Tensor x_ND = features_ND.to(ScalarType.Float64), y_MD = others_MD.to(ScalarType.Float64);
        int size = (int)Math.Min(subsetSize, Math.Min(x_ND.shape[0], y_MD.shape[0]));
        if (size == x_ND.shape[0] && size == y_MD.shape[0])
            return new KernelDistance(Unbiased(x_ND, y_MD), 0, 1, size);
        var random = new Random(seed);
        double[] values = [.. Enumerable.Range(0, subsets).Select(_ => Unbiased(Draw(x_ND, size, random), Draw(y_MD, size, random)))];
        double mean = values.Average();
        return new KernelDistance(mean, Math.Sqrt(values.Average(value => (value - mean) * (value - mean))), subsets, size);
    }

    /// <summary>The unbiased estimate from two sets of the same size: pairs of a sample with itself are left out within each set.</summary>
    private static double Unbiased(Tensor x_MD, Tensor y_MD)
    {
        using var scope = NewDisposeScope();
        double count = x_MD.shape[0];
        double within = WithoutDiagonal(Kernel(x_MD, x_MD)) + WithoutDiagonal(Kernel(y_MD, y_MD));
        return within / (count * (count - 1)) - 2 * Kernel(x_MD, y_MD).mean().item<double>();
    }

    private static Tensor Kernel(Tensor x_MD, Tensor y_MD) => (x_MD.mm(y_MD.t()) / x_MD.shape[1] + 1).pow(3);

    private static double WithoutDiagonal(Tensor kernel_MM) => (kernel_MM.sum() - kernel_MM.diagonal().sum()).item<double>();

    private static Tensor Draw(Tensor rows, int size, Random random)
    {
        using var scope = NewDisposeScope();
        long[] order = [.. Enumerable.Range(0, (int)rows.shape[0]).Select(row => (long)row)];
        random.Shuffle(order);
        return rows.index_select(0, tensor(order[..size])).MoveToOuterDisposeScope();
    }
}
