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
}
