using System.Runtime.InteropServices;
using MLNetDeepExtensions.Images;

namespace MLNetDeepExtensions.Training;

/// <summary>
/// Batches of samples of about the same length, as many as fit into so many tokens with padding, counted on each side by itself (Vaswani et
/// al. 2017, section 5.1). The window is sorted by length, cut, and the batches are shuffled. Samples of one length come in the random
/// order of the window, so that their neighbours change from epoch to epoch.
/// </summary>
/// <remarks>
/// All lengths of a window are known when it is cut, so the batches are a function of the window and of <c>random</c> alone, and a resumed
/// run cuts them again. The wider the window the less padding: keep as many rows in the shuffle pool as memory allows.
/// </remarks>
/// <param name="maximumTokens">The most tokens of a side of a batch, padding included. A sample that is longer is a batch by
/// itself.</param>
/// <param name="lengths">Tokens of each side of a sample.</param>
/// <param name="counts">Sentences that a sample adds to each side of a batch, each as long as its longest; null for one.</param>
internal sealed class BatchingByTokens<TSample>(
    int maximumTokens, Func<TSample, (int Source, int Target)> lengths, Func<TSample, int>? counts = null) : IBatching<TSample>
{
    public IReadOnlyList<IReadOnlyList<NumberedSample<TSample>>> Cut(IReadOnlyList<NumberedSample<TSample>> window, SampleRandom random)
    {
        var batches = new List<IReadOnlyList<NumberedSample<TSample>>>();
        var batch = new List<NumberedSample<TSample>>();
        int longestSource = 0, longestTarget = 0, sentences = 0;
        foreach ((NumberedSample<TSample> sample, int source, int target) in ByLength(window))
        {
            (int wantedSource, int wantedTarget) = (Math.Max(longestSource, source), Math.Max(longestTarget, target));
            int added = counts?.Invoke(sample.Sample) ?? 1;
            if (batch.Count > 0 && (long)Math.Max(wantedSource, wantedTarget) * (sentences + added) > maximumTokens)
            {
                batches.Add(batch);
                batch = [];
                sentences = 0;
                (wantedSource, wantedTarget) = (source, target);
            }
            batch.Add(sample);
            sentences += added;
            (longestSource, longestTarget) = (wantedSource, wantedTarget);
        }
        if (batch.Count > 0)
            batches.Add(batch);
        random.Shuffle(CollectionsMarshal.AsSpan(batches));
        return batches;
    }

    // A stable sort: equal lengths stay in the window's random order. By the longer side alone, so that neighbours really change.
    private IEnumerable<(NumberedSample<TSample> Sample, int Source, int Target)> ByLength(IEnumerable<NumberedSample<TSample>> window) => window
        .Select(sample => (Sample: sample, Lengths: lengths(sample.Sample)))
        .Select(item => (item.Sample, item.Lengths.Source, item.Lengths.Target))
        .OrderBy(item => Math.Max(item.Source, item.Target));
}
