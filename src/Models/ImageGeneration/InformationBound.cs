namespace MLNetDeepExtensions.ImageGeneration;

/// <summary>
/// Lower bound of the mutual information between codes and the images made from them, in nats (equation 5). It may be a little below 0, where a recognition
/// network knows less than nothing.
/// </summary>
/// <param name="Categorical">Of the categorical codes together: at most <paramref name="CategoricalEntropy"/>. 0 if there are none.</param>
/// <param name="CategoricalEntropy">Entropy of the categorical codes: the sum of the logarithms of their numbers of values.</param>
/// <param name="Continuous">Of the continuous codes together. 0 if there are none.</param>
public sealed record InformationBound(double Categorical, double CategoricalEntropy, double Continuous)
{
    /// <summary>Of all codes.</summary>
    public double Total => Categorical + Continuous;
}
