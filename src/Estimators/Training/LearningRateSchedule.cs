using System.Text.Json.Serialization;

namespace MLNetDeepExtensions.Training;

/// <summary>Where a run stands, as schedules see it.</summary>
/// <param name="Step">Updates done in this phase, from 0.</param>
/// <param name="Epoch">Epochs done in this phase, with their fraction.</param>
/// <param name="Progress">Part of the phase that is done, 0 to 1.</param>
public readonly record struct SchedulePoint(long Step, double Epoch, double Progress);

/// <summary>A factor on the learning rate as a pure function of where the run stands, so that a resumed run continues it exactly.</summary>
[JsonDerivedType(typeof(Constant), nameof(Constant))]
[JsonDerivedType(typeof(Cosine), nameof(Cosine))]
[JsonDerivedType(typeof(Steps), nameof(Steps))]
[JsonDerivedType(typeof(LinearDecay), nameof(LinearDecay))]
[JsonDerivedType(typeof(InverseSquareRoot), nameof(InverseSquareRoot))]
public abstract record LearningRateSchedule
{
    /// <summary>Part of the run over which the factor rises linearly from near 0, on top of the schedule. 0 to 1; 0 for none.</summary>
    public double WarmUp { get; init; }

    /// <summary>The factor at a point of the run, warm-up included.</summary>
    public double FactorAt(SchedulePoint point)
    {
        const double FirstRise = 1e-3;
        double rise = WarmUp > 0 ? Math.Min(1, FirstRise + point.Progress / WarmUp) : 1;
        return rise * DecayAt(point);
    }

    private protected abstract double DecayAt(SchedulePoint point);

    /// <summary>One line for every value that is out of its range.</summary>
    internal virtual IEnumerable<string> Faults() => WarmUp is >= 0 and <= 1 ? [] : [$"{nameof(WarmUp)}: expected 0 to 1, got {WarmUp}."];

    /// <summary>Always 1.</summary>
    public sealed record Constant : LearningRateSchedule
    {
        private protected override double DecayAt(SchedulePoint point) => 1;
    }

    /// <summary>Half a cosine from 1 to 0 over the run (Loshchilov and Hutter 2017, without restarts).</summary>
    public sealed record Cosine : LearningRateSchedule
    {
        private protected override double DecayAt(SchedulePoint point) => 0.5 * (1 + Math.Cos(Math.PI * point.Progress));
    }

    /// <summary>Multiplied by <see cref="Factor"/> at each of the <see cref="Milestones"/>.</summary>
    public sealed record Steps : LearningRateSchedule
    {
        /// <summary>Parts of the run, 0 to 1, ascending. SSD section 3.1: 40k and 50k of 60k iterations.</summary>
        public double[] Milestones { get; init; } = [2.0 / 3, 5.0 / 6];

        /// <summary>Multiplier at each milestone, above 0 to 1.</summary>
        public double Factor { get; init; } = 0.1;

        private protected override double DecayAt(SchedulePoint point) => Math.Pow(Factor, Milestones.Count(milestone => point.Progress >= milestone));

        internal override IEnumerable<string> Faults()
        {
            foreach (string fault in base.Faults())
                yield return fault;
            if (Milestones is null || !Milestones.All(milestone => milestone is >= 0 and <= 1))
                yield return $"{nameof(Milestones)}: expected parts of the run from 0 to 1, got {(Milestones is null ? "null" : string.Join(", ", Milestones))}.";
            if (Factor is not (> 0 and <= 1))
                yield return $"{nameof(Factor)}: expected above 0 to 1, got {Factor}.";
        }
    }

    /// <summary>1 until <see cref="Start"/>, then linearly to 0 at the end (CycleGAN section 4).</summary>
    public sealed record LinearDecay : LearningRateSchedule
    {
        /// <summary>Part of the run after which the decay begins, 0 to below 1.</summary>
        public double Start { get; init; } = 0.5;

        private protected override double DecayAt(SchedulePoint point) => Math.Clamp((1 - point.Progress) / (1 - Start), 0, 1);

        internal override IEnumerable<string> Faults() =>
            Start is >= 0 and < 1 ? base.Faults() : base.Faults().Append($"{nameof(Start)}: expected 0 to below 1, got {Start}.");
    }

    /// <summary>
    /// Linear rise over <see cref="WarmUpSteps"/> updates, then the inverse square root of the step (Attention Is All You Need, eq. 3):
    /// the factor times a base rate of 1 is the rate itself.
    /// </summary>
    public sealed record InverseSquareRoot : LearningRateSchedule
    {
        /// <summary>Width of the model, at least 1.</summary>
        public int ModelSize { get; init; } = 512;

        /// <summary>Updates until the peak, at least 1.</summary>
        public int WarmUpSteps { get; init; } = 4000;

        private protected override double DecayAt(SchedulePoint point)
        {
            double step = point.Step + 1;
            return Math.Pow(ModelSize, -0.5) * Math.Min(Math.Pow(step, -0.5), step * Math.Pow(WarmUpSteps, -1.5));
        }

        internal override IEnumerable<string> Faults()
        {
            foreach (string fault in base.Faults())
                yield return fault;
            if (ModelSize < 1)
                yield return $"{nameof(ModelSize)}: expected at least 1, got {ModelSize}.";
            if (WarmUpSteps < 1)
                yield return $"{nameof(WarmUpSteps)}: expected at least 1, got {WarmUpSteps}.";
        }
    }
}
