using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Training;

/// <summary>
/// What every trainer of networks that play against each other can be told. The last weights are kept, of the generator their running average if
/// <see cref="TrainingOptions.AveragingDecay"/> is set: no loss of an adversarial game says which are the best.
/// </summary>
public abstract record AdversarialTrainingOptions : ImageMakingOptions
{
    internal const string Generator = "generator", Discriminator = "discriminator";

    /// <summary>Learning rate of the discriminator. <see cref="TrainingOptions.LearningRate"/> is the generator's.</summary>
    public double DiscriminatorLearningRate { get; init; } = 2e-4;

    /// <summary>Factor on the discriminator's learning rate over the run; null for <see cref="TrainingOptions.Schedule"/>, which is the generator's.</summary>
    public LearningRateSchedule? DiscriminatorSchedule { get; init; }

    /// <summary>Updates of the discriminator, each on real images of its own, for one of the generator. At least 1.</summary>
    public int DiscriminatorSteps { get; init; } = 1;

    /// <summary>Adam's decay of the mean of gradients, 0 to below 1.</summary>
    public double Beta1 { get; init; } = 0.5;

    /// <summary>Adam's decay of the mean of squared gradients, 0 to below 1.</summary>
    public double Beta2 { get; init; } = 0.999;

    internal override int BatchesPerUpdate => AccumulationSteps * DiscriminatorSteps;

    /// <summary>By optimiser name, for <see cref="TrainingPhase{TBatch}"/>.</summary>
    internal IReadOnlyDictionary<string, LearningRateSchedule> Schedules => new Dictionary<string, LearningRateSchedule>
    {
        [Generator] = Schedule, [Discriminator] = DiscriminatorSchedule ?? Schedule,
    };

    /// <summary>Adam for each of the two, with its own rate.</summary>
    internal IReadOnlyDictionary<string, OptimizerHelper> CreateOptimisers(IEnumerable<Parameter> generator, IEnumerable<Parameter> discriminator) =>
        new Dictionary<string, OptimizerHelper>
        {
            [Generator] = Adam(generator, LearningRate), [Discriminator] = Adam(discriminator, DiscriminatorLearningRate),
        };

    private ParameterwiseOptimiser Adam(IEnumerable<Parameter> parameters, double rate) =>
        new(parameters, parameter => optim.Adam([parameter], rate, Beta1, Beta2));

    /// <summary>The batches of a step, cut into those of each update of the discriminator; at the end of an epoch there may be fewer.</summary>
    internal IEnumerable<IReadOnlyList<TBatch>> PerDiscriminatorUpdate<TBatch>(IReadOnlyList<TBatch> microBatches) => microBatches.Chunk(AccumulationSteps);

    internal override IEnumerable<string> Faults()
    {
        foreach (string fault in base.Faults())
            yield return fault;
        if (!(DiscriminatorLearningRate > 0 && double.IsFinite(DiscriminatorLearningRate)))
            yield return $"{nameof(DiscriminatorLearningRate)}: expected a finite number above 0, got {DiscriminatorLearningRate}.";
        foreach (string fault in DiscriminatorSchedule?.Faults() ?? [])
            yield return $"{nameof(DiscriminatorSchedule)}.{fault}";
        if (DiscriminatorSteps < 1)
            yield return $"{nameof(DiscriminatorSteps)}: expected at least 1, got {DiscriminatorSteps}.";
        foreach ((string name, double value) in new (string, double)[] { (nameof(Beta1), Beta1), (nameof(Beta2), Beta2) })
        {
            if (value is not (>= 0 and < 1))
                yield return $"{name}: expected 0 to below 1, got {value}.";
        }
        if (ValidationSet is not null || ValidationFraction > 0)
            yield return $"{nameof(ValidationSet)}, {nameof(ValidationFraction)}: expected none: no loss of an adversarial game says which weights are the best.";
    }
}
