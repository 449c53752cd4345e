using MLNetDeepExtensions.Images;

namespace MLNetDeepExtensions.Training;

/// <summary>Cuts a shuffled window of samples into batches.</summary>
internal interface IBatching<TSample>
{
    /// <summary>Every sample is in exactly one batch.</summary>
    IReadOnlyList<IReadOnlyList<NumberedSample<TSample>>> Cut(IReadOnlyList<NumberedSample<TSample>> window, SampleRandom random);
}

/// <summary>Batches of at most so many rows, as even as possible: no batch is tiny, which batch normalisation could not bear.</summary>
internal sealed class BatchingByCount<TSample>(int batchSize) : IBatching<TSample>
{
    public IReadOnlyList<IReadOnlyList<NumberedSample<TSample>>> Cut(IReadOnlyList<NumberedSample<TSample>> window, SampleRandom random)
    {
        int count = (window.Count + batchSize - 1) / batchSize;
        return [.. Enumerable.Range(0, count).Select(i =>
        {
            int start = (int)((long)window.Count * i / count), end = (int)((long)window.Count * (i + 1) / count);
            return window.Skip(start).Take(end - start).ToArray();
        })];
    }
}
