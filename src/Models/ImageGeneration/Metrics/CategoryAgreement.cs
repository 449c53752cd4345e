namespace MLNetDeepExtensions.ImageGeneration.Metrics;

/// <summary>How far categories that were found without labels agree with labels.</summary>
/// <param name="counts">How often category (first index) and label (second) meet; at least once in all.</param>
internal sealed class CategoryAgreement(long[,] counts)
{
    private readonly long[] categories = [.. Enumerable.Range(0, counts.GetLength(0)).Select(i => Enumerable.Range(0, counts.GetLength(1)).Sum(j => counts[i, j]))];
    private readonly long[] labels = [.. Enumerable.Range(0, counts.GetLength(1)).Select(j => Enumerable.Range(0, counts.GetLength(0)).Sum(i => counts[i, j]))];

    private double Total => categories.Sum();

    /// <summary>For each category the label it stands for in the best one-to-one matching; -1 for none.</summary>
    public int[] Matching { get; } = OptimalAssignment.Solve(counts);

    /// <summary>Part of the rows whose category stands for their label in <see cref="Matching"/>.</summary>
    public double Accuracy => Matching.Index().Where(match => match.Item >= 0).Sum(match => counts[match.Index, match.Item]) / Total;

    /// <summary>Part of the rows that have the commonest label of their category: several categories may stand for one label.</summary>
    public double MajorityAccuracy => Enumerable.Range(0, categories.Length).Sum(i => Enumerable.Range(0, labels.Length).Max(j => counts[i, j])) / Total;

    /// <summary>Mutual information of category and label, in nats.</summary>
    public double MutualInformation
    {
        get
        {
            double sum = 0;
            for (int i = 0; i < categories.Length; i++)
                for (int j = 0; j < labels.Length; j++)
                    if (counts[i, j] > 0)
                        sum += counts[i, j] / Total * Math.Log(counts[i, j] * Total / ((double)categories[i] * labels[j]));
            return sum;
        }
    }

    /// <summary>Twice <see cref="MutualInformation"/> over the sum of both entropies, 0 to 1; 1 if neither varies.</summary>
    public double NormalisedMutualInformation => Entropy(categories) + Entropy(labels) is > 0 and var entropies ? 2 * MutualInformation / entropies : 1;

    private double Entropy(long[] parts) => -parts.Where(part => part > 0).Sum(part => part / Total * Math.Log(part / Total));
}
