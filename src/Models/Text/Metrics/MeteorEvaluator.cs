namespace MLNetDeepExtensions.Text.Metrics;

/// <summary>
/// METEOR with the stages exact and stem, and the constants of 2005 (Banerjee, Lavie: METEOR: An Automatic Metric for MT Evaluation with
/// Improved Correlation with Human Judgments): F = 10 P R / (R + 9 P), times 1 - 0.5 (chunks / matches)^3. Without synonyms and paraphrases
/// it is lower than METEOR 1.5 and must not be compared with published values. English stems (Porter).
/// </summary>
public sealed class MeteorEvaluator
{
    private long matches, chunks, hypothesisLength, referenceLength;

    /// <summary>Score of all sentences so far, of their counts together; 0 to 1.</summary>
    public double Corpus => Score(matches, chunks, hypothesisLength, referenceLength);

    /// <summary>Adds a sentence.</summary>
    /// <param name="hypothesis">Its words.</param>
    /// <param name="references">The words of each reference; the one with the best score counts.</param>
    /// <returns>Score of this sentence alone; 0 to 1.</returns>
    /// <exception cref="ArgumentException">There is no reference.</exception>
    public double Add(IReadOnlyList<string> hypothesis, IReadOnlyList<IReadOnlyList<string>> references)
    {
        ArgumentNullException.ThrowIfNull(hypothesis);
        ArgumentNullException.ThrowIfNull(references);
        if (references.Count == 0)
            throw new ArgumentException("Expected at least one reference.", nameof(references));
        var best = references.Select(reference =>
        {
            (int found, int runs) = MeteorAlignment.Of(hypothesis, reference);
            return (Matches: found, Chunks: runs, Length: reference.Count, Score: Score(found, runs, hypothesis.Count, reference.Count));
        }).MaxBy(result => result.Score);
        matches += best.Matches;
        chunks += best.Chunks;
        hypothesisLength += hypothesis.Count;
        referenceLength += best.Length;
        return best.Score;
    }

    private static double Score(long matches, long chunks, long hypothesisLength, long referenceLength)
    {
        if (matches == 0)
            return 0;
        double precision = (double)matches / hypothesisLength, recall = (double)matches / referenceLength;
        return 10 * precision * recall / (recall + 9 * precision) * (1 - 0.5 * Math.Pow((double)chunks / matches, 3));
    }
}
