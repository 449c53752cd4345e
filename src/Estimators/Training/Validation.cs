namespace MLNetDeepExtensions.Training;

/// <summary>How a run's networks are judged between epochs.</summary>
/// <param name="Measure">Metrics of the networks as they are now over the whole validation set.</param>
/// <param name="BestBy">Name of the metric that decides which weights are kept.</param>
/// <param name="LowerIsBetter">Names of the metrics of which a lower value is the better one.</param>
internal sealed record Validation(Func<IReadOnlyDictionary<string, double>> Measure, string BestBy, IReadOnlySet<string> LowerIsBetter)
{
    public bool IsBetter(double score, double? best) =>
        double.IsFinite(score) && (best is null || (LowerIsBetter.Contains(BestBy) ? score < best : score > best));

    /// <exception cref="ArgumentException">The metric to watch is not among those measured.</exception>
    public double Score(IReadOnlyDictionary<string, double> metrics) => metrics.TryGetValue(BestBy, out double score)
        ? score
        : throw new ArgumentException($"{nameof(TrainingOptions.BestBy)}: expected one of {string.Join(", ", metrics.Keys)}, got '{BestBy}'.");
}
