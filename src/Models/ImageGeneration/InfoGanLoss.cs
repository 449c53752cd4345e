using static TorchSharp.torch;

namespace MLNetDeepExtensions.ImageGeneration;

/// <summary>The game (equations 1 and 6), and the bound on the mutual information of codes and images (equation 5) in nats.</summary>
internal static class InfoGanLoss
{
    /// <summary>Deviations stay within e^-4 and e^2: none becomes 0 where a code happens to be read exactly.</summary>
    private const double LeastLogDeviation = -4, MostLogDeviation = 2;

    /// <summary>-log D(x) - log(1 - D(G(z, c))), 2 log 2 for a discriminator that cannot tell.</summary>
    public static Tensor Discriminator(Tensor real_N, Tensor fake_N) =>
        nn.functional.softplus(-real_N).mean() + nn.functional.softplus(fake_N).mean();

    /// <summary>-log D(G(z, c)): the form that does not saturate (Goodfellow et al. 2014, section 3), as in the authors' program.</summary>
    public static Tensor Generator(Tensor fake_N) => nn.functional.softplus(-fake_N).mean();

    /// <summary>
    /// H(c) - cross-entropy over the categorical codes: at most the sum of log K, which is log 10 = 2.3026 for MNIST; a little below 0 for a network that knows
    /// nothing. Null if there are none.
    /// </summary>
    public static Tensor? CategoricalInformation(InfoGanNetworkOptions options, Tensor codes_NP, InfoGanInputs inputs)
    {
        InfoGanCodes layout = InfoGanCodes.Of(options);
        if (layout.Categories.Count == 0)
            return null;
        IEnumerable<Tensor> entropies = Logits(layout, codes_NP).Select((logits_NV, i) =>
            nn.functional.cross_entropy(logits_NV, inputs.Categories_NK.select(1, i)));
        return layout.CategoricalEntropy - entropies.Aggregate((sum, entropy) => sum + entropy);
    }

    /// <summary>
    /// H(c) - the mean of -log N(c; mean, deviation) over the continuous codes; H(c) = log 2 for each, uniform from -1 to 1. Without bound above; below 0 for a
    /// network that knows nothing, since a normal distribution cannot be uniform. Null if there are none.
    /// </summary>
    public static Tensor? ContinuousInformation(InfoGanNetworkOptions options, Tensor codes_NP, InfoGanInputs inputs)
    {
        InfoGanCodes layout = InfoGanCodes.Of(options);
        if (layout.Continuous == 0)
            return null;
        Tensor mean_NC = Means(layout, codes_NP);
        Tensor squares_NC = (inputs.Continuous_NC - mean_NC).square();
        Tensor surprise_NC = squares_NC / 2 + Math.Log(2 * Math.PI) / 2;
        if (options.LearnsDeviation)
        {
            Tensor log_NC = codes_NP.narrow(1, layout.CategorySize + layout.Continuous, layout.Continuous).clamp(LeastLogDeviation, MostLogDeviation);
            surprise_NC = squares_NC * (-2 * log_NC).exp() / 2 + log_NC + Math.Log(2 * Math.PI) / 2;
        }
        return layout.ContinuousEntropy - surprise_NC.sum(1).mean();
    }

    /// <summary>For each categorical code, its logits [N, values].</summary>
    public static IEnumerable<Tensor> Logits(InfoGanCodes layout, Tensor codes_NP)
    {
        int start = 0;
        foreach (int values in layout.Categories)
        {
            yield return codes_NP.narrow(1, start, values);
            start += values;
        }
    }

    /// <summary>Means of the continuous codes [N, codes].</summary>
    public static Tensor Means(InfoGanCodes layout, Tensor codes_NP) => codes_NP.narrow(1, layout.CategorySize, layout.Continuous);
}
