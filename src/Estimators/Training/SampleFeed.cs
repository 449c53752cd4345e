using System.Collections.Immutable;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using MLNetDeepExtensions.Images;

namespace MLNetDeepExtensions.Training;

/// <summary>What a system brings to make batches of its samples.</summary>
/// <typeparam name="TSample">What is read from a row and held in memory.</typeparam>
/// <typeparam name="TView">A sample prepared for the network.</typeparam>
/// <typeparam name="TBatch">What a step takes.</typeparam>
/// <param name="Prepare">A random view of a sample; all randomness comes from the second argument.</param>
/// <param name="Collate">
/// Makes a batch of views; the batch owns its tensors. They are filled by <c>empty</c> and a copy, never made over managed arrays: matrix products differ in the last bit
/// with the alignment of their memory, and the same seed would no longer give the same weights.
/// </param>
/// <param name="Batching">How a window of rows is cut into batches.</param>
/// <param name="Fingerprint">Feeds a sample's content to a hash.</param>
internal sealed record SampleRecipe<TSample, TView, TBatch>(
    Func<TSample, SampleRandom, TView> Prepare, Func<IReadOnlyList<TView>, TBatch> Collate, IBatching<TSample> Batching,
    Action<TSample, IncrementalHash> Fingerprint);

/// <summary>
/// Batches from a view. Data that fits the shuffle pool is read once and shuffled as a whole; of larger data, windows of up to half the pool are read in
/// the source's order, or in the source's own random one, and shuffled within. Order and augmentation are functions of seed, epoch and row.
/// </summary>
internal sealed class SampleFeed<TSample, TView, TBatch> : IBatchFeed<TBatch>
{
    private const int FingerprintedRows = 16;
    private readonly SampleReader<TSample> reader;
    private readonly SampleRecipe<TSample, TView, TBatch> recipe;
    private readonly long seed;
    private readonly int windowCount;
    private readonly int preparationThreads;
    private readonly List<NumberedSample<TSample>>? resident;

    /// <summary>Makes one pass over the data: reads what fits, counts the rest.</summary>
    /// <exception cref="InvalidDataException">No row can be used.</exception>
    /// <exception cref="OperationCanceledException">Cancelled by the options or ML.NET.</exception>
    public SampleFeed(SampleReader<TSample> reader, SampleRecipe<TSample, TView, TBatch> recipe, TrainingOptions options, long seed)
    {
        (this.reader, this.recipe, this.seed, preparationThreads) = (reader, recipe, seed, options.PreparationThreads);
        var first = new List<NumberedSample<TSample>>();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (NumberedSample<TSample> sample in reader.Read(shuffle: null, position => position < options.ShufflePoolSize, options.CancellationToken))
        {
            RowCount++;
            hash.AppendData(BitConverter.GetBytes(sample.Row));
            if (sample.IsRead)
                first.Add(sample);
            if (RowCount <= FingerprintedRows && sample.IsRead)
                recipe.Fingerprint(sample.Sample, hash);
        }
        if (RowCount == 0)
            throw new InvalidDataException($"The data has no {reader.Description} that can be used ({reader.SkippedRows.Count} skipped).");
        Fingerprint = $"{RowCount} rows, {Convert.ToHexString(hash.GetHashAndReset())[..32]}";
        bool fits = RowCount <= options.ShufflePoolSize;
        resident = fits ? first : null;
        int largest = Math.Max(options.ShufflePoolSize / 2, options.BatchSize);
        windowCount = fits ? 1 : (int)((RowCount + largest - 1) / largest);
    }

    /// <inheritdoc/>
    public long RowCount { get; }

    /// <inheritdoc/>
    public ImmutableHashSet<long> SkippedRows
    {
        get => reader.SkippedRows;
        set => reader.SkippedRows = value;
    }

    /// <summary>Row count and hash, for <see cref="RunFingerprint"/>.</summary>
    public string Fingerprint { get; }

    /// <inheritdoc/>
    public IEnumerable<FedBatch<TBatch>> Read(int epoch, BatchPosition from, CancellationToken stop)
    {
        int windowNumber = from.Window;
        long rowsDone = StartOf(windowNumber);
        foreach (List<NumberedSample<TSample>> window in Windows(epoch, windowNumber, stop))
        {
            var random = new SampleRandom(seed, epoch, -2 - windowNumber);
            random.Shuffle(CollectionsMarshal.AsSpan(window));
            IReadOnlyList<IReadOnlyList<NumberedSample<TSample>>> batches = recipe.Batching.Cut(window, random);
            for (int number = 0; number < batches.Count; number++)
            {
                stop.ThrowIfCancellationRequested();
                rowsDone += batches[number].Count;
                if (windowNumber == from.Window && number < from.Batch)
                    continue;
                BatchPosition next = number + 1 < batches.Count ? new(windowNumber, number + 1) : new(windowNumber + 1, 0);
                yield return new FedBatch<TBatch>(Collate(batches[number], epoch), [.. batches[number].Select(sample => sample.Row)], next, rowsDone);
            }
            windowNumber++;
        }
    }

    // Even windows, as batches are: none is tiny.
    private long StartOf(int window) => RowCount * window / windowCount;

    private IEnumerable<List<NumberedSample<TSample>>> Windows(int epoch, int first, CancellationToken stop)
    {
        if (resident is null)
            return Prefetching.OneAhead(Streamed(epoch, first, stop));
        return first == 0 ? [[.. resident]] : [];
    }

    private IEnumerable<List<NumberedSample<TSample>>> Streamed(int epoch, int first, CancellationToken stop)
    {
        Random? shuffle = reader.CanShuffle ? new Random((int)new SampleRandom(seed, epoch, -1).NextBits()) : null;
        int number = first;
        var window = new List<NumberedSample<TSample>>();
        foreach (NumberedSample<TSample> sample in reader.Read(shuffle, position => position >= StartOf(first), stop))
        {
            if (!sample.IsRead)
                continue;
            window.Add(sample);
            if (StartOf(number) + window.Count < StartOf(number + 1))
                continue;
            yield return window;
            number++;
            window = [];
        }
        if (window.Count > 0)
            yield return window;
    }

    private TBatch Collate(IReadOnlyList<NumberedSample<TSample>> samples, int epoch)
    {
        var views = new TView[samples.Count];
        if (preparationThreads == 1)
        {
            for (int i = 0; i < views.Length; i++)
                Prepare(i);
        }
        else
        {
            InParallel(views.Length, Prepare);
        }
        return recipe.Collate(views);

        void Prepare(int i) => views[i] = recipe.Prepare(samples[i].Sample, new SampleRandom(seed, epoch, samples[i].Row));
    }

    private void InParallel(int count, Action<int> action)
    {
        try
        {
            Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = preparationThreads }, action);
        }
        catch (AggregateException exception)
        {
            ExceptionDispatchInfo.Throw(exception.InnerExceptions[0]);
        }
    }
}
