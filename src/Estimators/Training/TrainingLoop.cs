using System.Diagnostics;
using MLNetDeepExtensions.Backend;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Training;

/// <summary>
/// The one training loop: phases, epochs, updates, averaging, validation, best weights, early stopping, checkpoints, cancellation.
/// It knows neither a network nor where batches come from.
/// </summary>
internal sealed class TrainingLoop<TBatch>(
    IReadOnlyList<TrainingPhase<TBatch>> phases, TrainingOptions options, TrainingReporter reporter, Validation? validation, Checkpoint? checkpoint)
    where TBatch : IDisposable
{
    private const int BatchesAhead = 2;
    private RunState state = new();
    private WeightSnapshot? average;
    private WeightSnapshot? best;
    private bool isCancelled;

    /// <summary>Trains until the phases are done or something ends them; the networks then have the weights to keep.</summary>
    /// <exception cref="NonFiniteLossException">A loss term was not finite.</exception>
    /// <exception cref="OperationCanceledException">Cancelled, and the options or ML.NET want an exception.</exception>
    public TrainingHistory Run()
    {
        using SavedRun? saved = checkpoint?.Open();
        state = saved?.State ?? state;
        try
        {
            return RunPhases(saved);
        }
        finally
        {
            average?.Dispose();
            best?.Dispose();
            NativeHeap.GiveBack();
        }
    }

    private bool IsOver => isCancelled || state.End is not null || state.Phase == phases.Count;

    private TrainingHistory RunPhases(SavedRun? saved)
    {
        while (true)
        {
            // Of a run that is over, the last phase's step says which networks take the saved weights.
            int number = Math.Min(state.Phase, phases.Count - 1);
            using ITrainingStep<TBatch> step = phases[number].CreateStep();
            Prepare(step, saved);
            saved = null;
            while (!IsOver && state.Phase == number)
                RunEpoch(phases[number], step);
            if (IsOver)
                return Finish(step);
        }
    }

    private void Prepare(ITrainingStep<TBatch> step, SavedRun? saved)
    {
        if (options.AveragingDecay > 0)
            average ??= new WeightSnapshot(step.Averaged);
        if (saved is not null)
            Restore(step, saved);
        else if (state.Phase > 0)
            Save(step);
    }

    private void Restore(ITrainingStep<TBatch> step, SavedRun saved)
    {
        Checkpoint.Restore(saved, step);
        average?.Load(saved.Reader.Section("average"));
        if (state.BestEpoch is not null)
        {
            best = new WeightSnapshot(step.Networks);
            best.Load(saved.Reader.Section("best"));
        }
        for (int i = 0; i < phases.Count; i++)
            phases[i].Feed.SkippedRows = phases[i].Feed.SkippedRows.Union(state.SkippedRows[i]);
        reporter.Info($"Resumed at update {state.Step}.");
    }

    private void RunEpoch(TrainingPhase<TBatch> phase, ITrainingStep<TBatch> step)
    {
        try
        {
            RunUpdates(phase, step);
            EndEpoch(phase, step);
        }
        catch (OperationCanceledException) when (reporter.IsCancelled || reporter.IsHostCancelled)
        {
            Cancel(step);
        }
    }

    private void RunUpdates(TrainingPhase<TBatch> phase, ITrainingStep<TBatch> step)
    {
        // Of the run, not of the phase: phases that share a feed see it in different orders.
        int epoch = state.Epochs.Count;
        BatchPosition from = state.Position;
        IEnumerable<FedBatch<TBatch>> batches = Prefetching.Prefetch(
            stop => phase.Feed.Read(epoch, from, stop), BatchesAhead, options.CancellationToken);
        long started = Stopwatch.GetTimestamp();
        foreach (IReadOnlyList<FedBatch<TBatch>> group in batches.InGroups(options.BatchesPerUpdate))
        {
            // Before the update: cancellation may have cut the group short, and a resumed run must see it whole.
            reporter.ThrowIfCancelled();
            Update(phase, step, group, ref started);
            if (state.Step % options.CheckpointEverySteps == 0)
                Save(step);
        }
        reporter.ThrowIfCancelled();
    }

    private void Update(TrainingPhase<TBatch> phase, ITrainingStep<TBatch> step, IReadOnlyList<FedBatch<TBatch>> group, ref long started)
    {
        double epoch = state.Epoch + (double)state.RowsDone / phase.Feed.RowCount;
        Rates rates = phase.RatesAt(new SchedulePoint(state.PhaseStep, epoch, epoch / phase.Epochs), options.ClipNorm);
        LossTerms loss;
        try
        {
            using DisposeScope scope = NewDisposeScope();
            loss = step.Step([.. group.Select(fed => fed.Batch)], rates);
        }
        catch (NonFiniteLossException exception)
        {
            throw new NonFiniteLossException(exception, state.Step + 1, group.SelectMany(fed => fed.Rows));
        }
        average?.Approach(AveragingDecayAt(state.Step));

        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        started = Stopwatch.GetTimestamp();
        state.Step++;
        state.PhaseStep++;
        state.Position = group[^1].Next;
        state.RowsDone = group[^1].RowsDone;
        state.RateFactor = rates.Factors.Values.First();
        state.Sums.Add(loss, seconds);
        reporter.Updated(phase.Name, state.Epoch + 1, phase.Epochs, state.Step, Fraction(), loss, group.Sum(fed => fed.Rows.Count), seconds);
    }

    /// <summary>Less at first, so that the random weights of the beginning are soon forgotten.</summary>
    private double AveragingDecayAt(long updatesBefore) => Math.Min(options.AveragingDecay, (1.0 + updatesBefore) / (10.0 + updatesBefore));

    private void EndEpoch(TrainingPhase<TBatch> phase, ITrainingStep<TBatch> step)
    {
        bool isLastOfRun = state.Phase == phases.Count - 1 && state.Epoch == phase.Epochs - 1;
        bool isValidated = validation is not null && phase.IsValidated && (isLastOfRun || (state.Epoch + 1) % options.ValidateEveryEpochs == 0);
        var metrics = isValidated ? WithAverage(() => Judge(step, validation!.Measure())) : new Dictionary<string, double>();
        if (phase.EpochEnded is { } ended)
        {
            WithAverage(() =>
            {
                ended(state.Epoch + 1);
                return true;
            });
        }
        var record = new EpochRecord(phase.Name, state.Epoch + 1, state.Step, state.Sums.Means(), metrics,
            state.RateFactor, state.Sums.Seconds, state.RowsDone / state.Sums.Seconds);
        state.Epochs.Add(record);

        state.Epoch++;
        state.Position = default;
        state.RowsDone = 0;
        state.Sums = new EpochSums();
        if (state.Epoch == phase.Epochs)
            (state.Phase, state.Epoch, state.PhaseStep) = (state.Phase + 1, 0, 0);
        if (options.EarlyStoppingPatience is int patience && state.WithoutImprovement >= patience)
            state.End = TrainingEnd.StoppedEarly;
        reporter.EpochEnded(record, phase.Epochs, Fraction());
        // Between phases the next step saves, once it has begun: what its beginning changes is not to happen twice.
        if (state.PhaseStep > 0 || IsOver)
            Save(step);
    }

    /// <summary>Runs something on the networks as the final model would have them.</summary>
    private T WithAverage<T>(Func<T> action)
    {
        average?.Swap();
        try
        {
            return action();
        }
        finally
        {
            average?.Swap();
        }
    }

    private IReadOnlyDictionary<string, double> Judge(ITrainingStep<TBatch> step, IReadOnlyDictionary<string, double> metrics)
    {
        double score = validation!.Score(metrics);
        if (validation.IsBetter(score, state.BestScore))
        {
            (state.BestScore, state.BestEpoch, state.WithoutImprovement) = (score, state.Epochs.Count, 0);
            if (best is null)
                best = new WeightSnapshot(step.Networks);
            else
                best.Take();
        }
        else
        {
            state.WithoutImprovement++;
        }
        return metrics;
    }

    /// <summary>Ends the run here with what it has.</summary>
    private void Cancel(ITrainingStep<TBatch> step)
    {
        Save(step);
        if (reporter.IsHostCancelled || !options.ReturnBestOnCancellation || state.Step == 0)
            throw new OperationCanceledException($"Training was cancelled after update {state.Step}.", options.CancellationToken);
        reporter.Warning($"Training was cancelled after update {state.Step}; the best model so far is returned.");
        isCancelled = true;
    }

    private TrainingHistory Finish(ITrainingStep<TBatch> step)
    {
        if (best is not null)
            best.Restore();
        else
            average?.Restore();
        EnsureNumbers(step);
        return new TrainingHistory
        {
            Epochs = state.Epochs,
            Best = state.BestEpoch is int index ? state.Epochs[index] : null,
            End = isCancelled ? TrainingEnd.Cancelled : state.End ?? TrainingEnd.Completed,
            SkippedRows = phases.Select(phase => phase.Feed).Distinct().Sum(feed => feed.SkippedRows.Count),
        };
    }

    // Infinities may be meant, as in masks.
    private static void EnsureNumbers(ITrainingStep<TBatch> step)
    {
        using DisposeScope scope = NewDisposeScope();
        string[] names = [.. WeightSnapshot.Of(step.Networks).Where(entry => entry.Value.isnan().any().item<bool>()).Select(entry => entry.Key)];
        if (names.Length > 0)
            throw new NonFiniteLossException("weights", $"Training left values that are no numbers in {string.Join(", ", names)}. "
                + "Usual causes: a learning rate that is too high, or batch normalisation over batches of one row.");
    }

    private void Save(ITrainingStep<TBatch> step)
    {
        state.SkippedRows = [.. phases.Select(phase => phase.Feed.SkippedRows.ToArray())];
        checkpoint?.Save(state, step, average, best);
    }

    private double Fraction()
    {
        double total = phases.Sum(phase => (double)phase.Epochs * phase.Feed.RowCount);
        double done = phases.Take(state.Phase).Sum(phase => (double)phase.Epochs * phase.Feed.RowCount);
        if (state.Phase < phases.Count)
            done += (double)state.Epoch * phases[state.Phase].Feed.RowCount + state.RowsDone;
        return total > 0 ? done / total : 1;
    }
}
