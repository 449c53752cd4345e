using MLNetDeepExtensions.Training;

namespace MLNetDeepExtensions.Examples;

/// <summary>Shows how training goes.</summary>
internal interface ITrainingDisplay : IProgress<TrainingProgress>
{
    /// <summary>Shows progress while the action runs.</summary>
    void During(Action train);

    /// <summary>Shows a line that stays.</summary>
    void Write(string line);
}

/// <summary>Progress in words.</summary>
internal static class ProgressText
{
    public static string Epoch(TrainingProgress at) =>
        at.Phase == "training" ? $"epoch {at.Epoch}/{at.Epochs}" : $"{at.Phase}, epoch {at.Epoch}/{at.Epochs}";

    public static string Figures(TrainingProgress at) => string.Join("  ",
        at.Losses.Where(term => term.Key == "loss").Concat(at.Metrics).Select(value => $"{value.Key} {value.Value:0.000}")
            .Append($"{at.SamplesPerSecond:0.0} rows/s").Append($"{Remaining(at)} left"));

    private static string Remaining(TrainingProgress at) => at.Remaining.ToString(at.Remaining.TotalHours < 1 ? @"mm\:ss" : @"d\.hh\:mm\:ss");
}
