using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace MLNetDeepExtensions.Training;

internal static class Prefetching
{
    /// <summary>Runs the enumeration on another thread, a few items ahead, in order. Items that nobody took are disposed.</summary>
    public static IEnumerable<FedBatch<TBatch>> Prefetch<TBatch>(
        Func<CancellationToken, IEnumerable<FedBatch<TBatch>>> source, int ahead, CancellationToken stop) where TBatch : IDisposable
    {
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(stop);
        using var ready = new BlockingCollection<FedBatch<TBatch>>(ahead);
        ExceptionDispatchInfo? failure = null;
        var producer = new Thread(Produce) { IsBackground = true, Name = "Batch preparation" };
        producer.Start();
        try
        {
            foreach (FedBatch<TBatch> batch in ready.GetConsumingEnumerable(CancellationToken.None))
                yield return batch;
            failure?.Throw();
        }
        finally
        {
            stopping.Cancel();
            producer.Join();
            while (ready.TryTake(out FedBatch<TBatch>? unused))
                unused.Batch.Dispose();
        }

        void Produce()
        {
            try
            {
                foreach (FedBatch<TBatch> batch in source(stopping.Token))
                {
                    if (!TryAdd(batch))
                        break;
                }
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
            }
            catch (Exception exception)
            {
                failure = ExceptionDispatchInfo.Capture(exception);
            }
            finally
            {
                ready.CompleteAdding();
            }
        }

        bool TryAdd(FedBatch<TBatch> batch)
        {
            try
            {
                ready.Add(batch, stopping.Token);
                return true;
            }
            catch (OperationCanceledException)
            {
                batch.Batch.Dispose();
                return false;
            }
        }
    }

    /// <summary>So many batches at a time, at the end fewer. They are disposed when the next ones are asked for or the enumeration ends.</summary>
    public static IEnumerable<IReadOnlyList<FedBatch<TBatch>>> InGroups<TBatch>(this IEnumerable<FedBatch<TBatch>> batches, int size) where TBatch : IDisposable
    {
        var group = new List<FedBatch<TBatch>>(size);
        try
        {
            foreach (FedBatch<TBatch> batch in batches)
            {
                group.Add(batch);
                if (group.Count < size)
                    continue;
                yield return group;
                Free();
            }
            if (group.Count > 0)
                yield return group;
        }
        finally
        {
            Free();
        }

        void Free()
        {
            group.ForEach(fed => fed.Batch.Dispose());
            group.Clear();
        }
    }

    /// <summary>Reads one item ahead of the one that is used, on another thread.</summary>
    public static IEnumerable<T> OneAhead<T>(IEnumerable<T> source)
    {
        using IEnumerator<T> items = source.GetEnumerator();
        Task<bool> next = Task.Run(items.MoveNext);
        try
        {
            while (next.GetAwaiter().GetResult())
            {
                T item = items.Current;
                next = Task.Run(items.MoveNext);
                yield return item;
            }
        }
        finally
        {
            // An enumerator must not be disposed while it moves; a fault that nobody waits for any more is of no interest.
            Task.WhenAny(next).Wait();
        }
    }
}
