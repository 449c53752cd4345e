using static TorchSharp.torch;

namespace MLNetDeepExtensions.ImageGeneration.Metrics;

/// <summary>
/// exp of the mean divergence of each image's class probabilities from the mean of all (Salimans et al., Improved Techniques for Training GANs, arXiv
/// 1606.03498, section 4); from 1, all alike, to the number of classes. Inception Score, where the classifier is the Inception network that papers use.
/// </summary>
/// <param name="Mean">Over the splits.</param>
/// <param name="StandardDeviation">Over the splits (N in the denominator); 0 with one split.</param>
/// <param name="Splits">Parts of the samples that were scored apart: fewer samples score lower, so the number is part of the result.</param>
public readonly record struct InceptionScore(double Mean, double StandardDeviation, int Splits)
{
    /// <summary>Scores parts of the samples, in their order.</summary>
    /// <param name="probabilities_NK">Rows that sum to 1.</param>
    /// <param name="splits">1 to the number of rows; papers have 10 of 5,000 samples each, or 1.</param>
    public static InceptionScore Of(Tensor probabilities_NK, int splits = 1)
    {
        if (probabilities_NK.shape is not [>= 1, >= 1])
            throw new ArgumentException($"{nameof(probabilities_NK)}: expected rows of probabilities, got [{string.Join(", ", probabilities_NK.shape)}].");
        ArgumentOutOfRangeException.ThrowIfLessThan(splits, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(splits, probabilities_NK.shape[0]);
        using var scope = NewDisposeScope();
        using var constant = no_grad();
        var probabilities = probabilities_NK.to(ScalarType.Float64);
        double[] scores = [.. probabilities.tensor_split(splits, 0).Select(Score)];
        double mean = scores.Average();
        return new InceptionScore(mean, Math.Sqrt(scores.Average(score => (score - mean) * (score - mean))), splits);
    }

    private static double Score(Tensor probabilities_NK) =>
        Math.Exp(Entropy(probabilities_NK.mean([0], keepdim: true)) - Entropy(probabilities_NK));

    // In nats; a probability of 0 adds nothing.
    private static double Entropy(Tensor probabilities_NK) => -probabilities_NK.xlogy(probabilities_NK).sum(1).mean().item<double>();
}
