using static TorchSharp.torch;

namespace MLNetDeepExtensions.ImageGeneration.Metrics;

/// <summary>
/// The Fréchet distance of the Gaussians that have mean and covariance of two sets of features (Heusel et al., GANs Trained by a Two Time-Scale Update Rule,
/// arXiv 1706.08500): FID, where the features are those of the Inception network that papers use.
/// </summary>
/// <remarks>
/// Biased upwards by an amount that falls like one over the number of samples and differs between models: compare only values from equally many samples.
/// All is computed in 64 bits.
/// </remarks>
public static class FrechetDistance
{
    /// <summary>The distance of two sets of features; at least 0.</summary>
    /// <param name="features_ND">At least two rows.</param>
    /// <param name="others_MD">At least two rows of as many features.</param>
    public static double Between(Tensor features_ND, Tensor others_MD)
    {
        FeatureRows.EnsureAlike(features_ND, others_MD);
        using var scope = NewDisposeScope();
        var (mean_D, covariance_DD) = Gaussian(features_ND);
        var (otherMean_D, otherCovariance_DD) = Gaussian(others_MD);
        return Between(mean_D, covariance_DD, otherMean_D, otherCovariance_DD);
    }

    /// <summary>The distance of two Gaussians; at least 0: rounding that would make it negative is cut off.</summary>
    /// <param name="mean_D">Mean of the first.</param>
    /// <param name="covariance_DD">Covariance of the first.</param>
    /// <param name="otherMean_D">Mean of the second.</param>
    /// <param name="otherCovariance_DD">Covariance of the second.</param>
    public static double Between(Tensor mean_D, Tensor covariance_DD, Tensor otherMean_D, Tensor otherCovariance_DD)
    {
        using var scope = NewDisposeScope();
        using var constant = no_grad();
        Tensor first_DD = covariance_DD.to(ScalarType.Float64), second_DD = otherCovariance_DD.to(ScalarType.Float64);
        double apart = (mean_D.to(ScalarType.Float64) - otherMean_D.to(ScalarType.Float64)).square().sum().item<double>();
        return Math.Max(0, apart + Trace(first_DD) + Trace(second_DD) - 2 * TraceOfRoot(first_DD, second_DD));
    }

    /// <summary>Mean [D] and covariance [D, D] with N - 1 in the denominator, Float64.</summary>
    /// <param name="features_ND">At least two rows.</param>
    public static (Tensor Mean_D, Tensor Covariance_DD) Gaussian(Tensor features_ND)
    {
        using var scope = NewDisposeScope();
        using var constant = no_grad();
        var mean_D = features_ND.to(ScalarType.Float64).mean([0]);
        var centred_ND = features_ND.to(ScalarType.Float64) - mean_D;
        return scope.MoveToOuter(mean_D, centred_ND.t().mm(centred_ND) / (features_ND.shape[0] - 1));
    }

    // The product of two covariances is not symmetric, but R B R with R the root of A is, and has the eigenvalues of A B.
    private static double TraceOfRoot(Tensor a_DD, Tensor b_DD)
    {
        var (values_D, vectors_DD) = linalg.eigh(a_DD);
        var root_DD = (vectors_DD * values_D.clamp_min(0).sqrt()).mm(vectors_DD.t());
        return linalg.eigvalsh(root_DD.mm(b_DD).mm(root_DD)).clamp_min(0).sqrt().sum().item<double>();
    }

    private static double Trace(Tensor x_DD) => x_DD.diagonal().sum().item<double>();
}
