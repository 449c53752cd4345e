using System.Diagnostics;
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
            SavedRun? toRestore = saved;
            do
            {
                TrainingPhase<TBatch> phase = phases[Math.Min(state.Phase, phases.Count - 1)];
                using ITrainingStep<TBatch> step = phase.CreateStep();
                Prepare(step, toRestore);
                toRestore = null;
                while (state.Phase < phases.Count && phase == phases[state.Phase] && state.End is null && !isCancelled)
                    RunEpoch(phase, step);
                if (isCancelled || state.Phase == phases.Count || state.End is not null)
                    return Finish();
            }
            while (true);
        }
        finally
        {
            average?.Dispose();
            best?.Dispose();
        }
    }

    private void Prepare(ITrainingStep<TBatch> step, SavedRun? saved)
    {
        if (saved is not null)
        {
            Checkpoint.Restore(saved, step);
            for (int i = 0; i < phases.Count; i++)
                phases[i].Feed.SkippedRows.UnionWith(state.SkippedRows[i]);
            reporter.Info($"Resumed at update {state.Step}.");
        }
        if (options.AveragingDecay > 0 && average is null)
        {
            average = new WeightSnapshot(step.Networks);
            if (saved is not null)
                average.Load(saved.Reader.Section("average"));
        }
        if (saved is not null && state.BestEpoch is not null)
        {
            best = new WeightSnapshot(step.Networks);
            best.Load(saved.Reader.Section("best"));
        }
    }

    private void RunEpoch(TrainingPhase<TBatch> phase, ITrainingStep<TBatch> step)
    {
        IEnumerable<FedBatch<TBatch>> batches = Prefetching.Prefetch(
            stop => phase.Feed.Read(state.Epoch, state.Position, stop), BatchesAhead, options.CancellationToken);
        long started = Stopwatch.GetTimestamp();
        foreach (FedBatch<TBatch>[] group in batches.Chunk(options.AccumulationSteps))
        {
            Update(phase, step, group, ref started);
            if (Cancelled(step))
                return;
            if (state.Step % options.CheckpointEverySteps == 0)
                Save(step);
        }
        if (!Cancelled(step))
            EndEpoch(phase, step);
    }

    private void Update(TrainingPhase<TBatch> phase, ITrainingStep<TBatch> step, FedBatch<TBatch>[] group, ref long started)
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
        finally
        {
            foreach (FedBatch<TBatch> fed in group)
                fed.Batch.Dispose();
        }
        average?.Approach(options.AveragingDecay);

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

    private void EndEpoch(TrainingPhase<TBatch> phase, ITrainingStep<TBatch> step)
    {
        bool isLastOfRun = state.Phase == phases.Count - 1 && state.Epoch == phase.Epochs - 1;
        bool isValidated = validation is not null && (isLastOfRun || (state.Epoch + 1) % options.ValidateEveryEpochs == 0);
        var metrics = isValidated ? Validate(step) : new Dictionary<string, double>();
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
        Save(step);
    }

    private IReadOnlyDictionary<string, double> Validate(ITrainingStep<TBatch> step)
    {
        average?.Swap();
        IReadOnlyDictionary<string, double> metrics = validation!.Measure();
        double score = validation.Score(metrics);
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
        average?.Swap();
        return metrics;
    }

    /// <summary>True if the run is to end here with what it has.</summary>
    private bool Cancelled(ITrainingStep<TBatch> step)
    {
        if (!reporter.IsCancelled && !reporter.IsHostCancelled)
            return false;
        Save(step);
        if (reporter.IsHostCancelled || !options.ReturnBestOnCancellation || state.Step == 0)
            throw new OperationCanceledException($"Training was cancelled after update {state.Step}.", options.CancellationToken);
        reporter.Warning($"Training was cancelled after update {state.Step}; the best model so far is returned.");
        return isCancelled = true;
    }

    private TrainingHistory Finish()
    {
        if (best is not null)
            best.Restore();
        else
            average?.Restore();
        return new TrainingHistory
        {
            Epochs = state.Epochs,
            Best = state.BestEpoch is int index ? state.Epochs[index] : null,
            End = isCancelled ? TrainingEnd.Cancelled : state.End ?? TrainingEnd.Completed,
            SkippedRows = phases.Select(phase => phase.Feed).Distinct().Sum(feed => feed.SkippedRows.Count),
        };
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
