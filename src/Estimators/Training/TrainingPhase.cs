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

    public Rates RatesAt(SchedulePoint point, double clipNorm) =>
        new(Schedules.ToDictionary(schedule => schedule.Key, schedule => schedule.Value.FactorAt(point)), clipNorm);
}
