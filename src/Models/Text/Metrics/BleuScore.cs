namespace MLNetDeepExtensions.Text.Metrics;

/// <summary>What to do with an order of which no n-gram matches, which would make BLEU 0.</summary>
public enum BleuSmoothing
{
    /// <summary>Nothing: BLEU is 0, as with <c>multi-bleu.perl</c>.</summary>
    None,

    /// <summary>The first such order counts as half a match, the next as a quarter, and so on; the default of sacreBLEU.</summary>
    Exponential,

    /// <summary>It counts as a tenth of a match.</summary>
    Floor,

    /// <summary>One more match and one more n-gram in every order above 1.</summary>
    AddOne,
}

/// <summary>
/// BLEU with the counts that it is made of (Papineni, Roukos, Ward, Zhu: BLEU: a Method for Automatic Evaluation of Machine Translation,
/// 2002). Scores are 0 to 1; papers print them times 100.
/// </summary>
public sealed record BleuScore
{
    /// <summary>The longest n-grams that are counted.</summary>
    public const int MaximumOrder = 4;

    internal BleuScore(
        IReadOnlyList<long> matches, IReadOnlyList<long> totals, long hypothesisLength, long referenceLength, BleuSmoothing smoothing,
        bool effectiveOrder)
    {
        (Matches, Totals, HypothesisLength, ReferenceLength) = (matches, totals, hypothesisLength, referenceLength);
        double[] reached = [.. SmoothedPrecisions(smoothing)];
        Precisions = [.. reached, .. new double[MaximumOrder - reached.Length]];
        EffectiveOrder = effectiveOrder ? reached.Length : MaximumOrder;
    }

    /// <summary>BLEU with n-grams of 1 to 4 words (of a sentence alone: of as many as it has).</summary>
    public double Score => Of(EffectiveOrder);

    /// <summary>Precision of each order from 1 to 4, smoothed as asked for; 0 to 1.</summary>
    public IReadOnlyList<double> Precisions { get; }

    /// <summary>n-grams of each order that are in a reference, each at most as often as in that reference.</summary>
    public IReadOnlyList<long> Matches { get; }

    /// <summary>n-grams of each order.</summary>
    public IReadOnlyList<long> Totals { get; }

    /// <summary>Words of the hypotheses.</summary>
    public long HypothesisLength { get; }

    /// <summary>Words of the references, of each sentence the reference closest in length (of two as close the shorter).</summary>
    public long ReferenceLength { get; }

    /// <summary>Factor for hypotheses that are too short; 0 to 1.</summary>
    public double BrevityPenalty => HypothesisLength >= ReferenceLength ? 1
        : HypothesisLength == 0 ? 0 : Math.Exp(1 - (double)ReferenceLength / HypothesisLength);

    private int EffectiveOrder { get; }

    /// <summary>BLEU with n-grams of 1 to <paramref name="order"/> words: BLEU-1 to BLEU-4.</summary>
    public double Of(int order)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(order);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(order, MaximumOrder);
        if (order == 0 || Matches.All(count => count == 0) || Precisions.Take(order).Any(precision => precision <= 0))
            return 0;
        return BrevityPenalty * Math.Exp(Precisions.Take(order).Average(Math.Log));
    }

    // Up to the first order of which there is no n-gram.
    private IEnumerable<double> SmoothedPrecisions(BleuSmoothing smoothing)
    {
        double halving = 1;
        for (int n = 0; n < MaximumOrder; n++)
        {
            int added = smoothing == BleuSmoothing.AddOne && n > 0 ? 1 : 0;
            double matches = Matches[n] + added, total = Totals[n] + added;
            if (total == 0)
                yield break;
            if (matches == 0)
            {
                matches = smoothing switch
                {
                    BleuSmoothing.Exponential => 1 / (halving *= 2),
                    BleuSmoothing.Floor => 0.1,
                    _ => 0,
                };
            }
            yield return matches / total;
        }
    }
}
