namespace MLNetDeepExtensions.Text.Metrics;

/// <summary>Counts for BLEU over a corpus, sentence by sentence.</summary>
public sealed class BleuEvaluator(BleuSmoothing smoothing = BleuSmoothing.None)
{
    private readonly long[] matches = new long[BleuScore.MaximumOrder];
    private readonly long[] totals = new long[BleuScore.MaximumOrder];
    private long hypothesisLength;
    private long referenceLength;

    /// <summary>BLEU of all sentences so far, of their counts together; no mean of sentence scores.</summary>
    public BleuScore Corpus => new([.. matches], [.. totals], hypothesisLength, referenceLength, smoothing, effectiveOrder: false);

    /// <summary>Adds a sentence.</summary>
    /// <param name="hypothesis">Its words.</param>
    /// <param name="references">The words of each reference.</param>
    /// <returns>BLEU of this sentence alone, of the orders that it is long enough for.</returns>
    /// <exception cref="ArgumentException">There is no reference.</exception>
    public BleuScore Add(IReadOnlyList<string> hypothesis, IReadOnlyList<IReadOnlyList<string>> references)
    {
        ArgumentNullException.ThrowIfNull(hypothesis);
        ArgumentNullException.ThrowIfNull(references);
        if (references.Count == 0)
            throw new ArgumentException("Expected at least one reference.", nameof(references));
        var sentenceMatches = new long[BleuScore.MaximumOrder];
        var sentenceTotals = new long[BleuScore.MaximumOrder];
        for (int n = 0; n < BleuScore.MaximumOrder; n++)
        {
            Dictionary<string, int>[] allowed = [.. references.Select(reference => NGrams.Count(reference, n + 1))];
            sentenceMatches[n] = NGrams.Count(hypothesis, n + 1)
                .Sum(run => (long)Math.Min(run.Value, allowed.Max(counts => counts.GetValueOrDefault(run.Key))));
            sentenceTotals[n] = Math.Max(0, hypothesis.Count - n);
            matches[n] += sentenceMatches[n];
            totals[n] += sentenceTotals[n];
        }
        int closest = references.Select(reference => reference.Count)
            .OrderBy(length => Math.Abs(length - hypothesis.Count)).ThenBy(length => length).First();
        hypothesisLength += hypothesis.Count;
        referenceLength += closest;
        return new BleuScore(sentenceMatches, sentenceTotals, hypothesis.Count, closest, smoothing, effectiveOrder: true);
    }
}
