namespace MLNetDeepExtensions.Training;

/// <summary>A stretch of a run with its own data, step and schedule; most runs have one.</summary>
/// <param name="Name">For progress, history and checkpoints.</param>
/// <param name="Epochs">Passes over the data.</param>
/// <param name="Feed">The batches.</param>
/// <param name="CreateStep">Called when the phase begins, since optimisers belong to one phase.</param>
/// <param name="Schedules">By optimiser name.</param>
internal sealed record TrainingPhase<TBatch>(
    string Name, int Epochs, IBatchFeed<TBatch> Feed, Func<ITrainingStep<TBatch>> CreateStep,
    IReadOnlyDictionary<string, LearningRateSchedule> Schedules)
{
    /// <summary>False for a phase that does not leave what validation judges: it can be neither the best nor without improvement.</summary>
    public bool IsValidated { get; init; } = true;

    /// <summary>
    /// Called after every epoch with its number, from 1, while the networks have their averaged weights. It draws nothing from the global generator, so that a
    /// resumed run, which does not repeat it, goes on as an uninterrupted one.
    /// </summary>
    public Action<int>? EpochEnded { get; init; }

    public Rates RatesAt(SchedulePoint point, double clipNorm) =>
        new(Schedules.ToDictionary(schedule => schedule.Key, schedule => schedule.Value.FactorAt(point)), clipNorm);
}
