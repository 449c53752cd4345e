using MLNetDeepExtensions.Training;

namespace MLNetDeepExtensions.Examples;

/// <summary>Samples per second over a whole training run.</summary>
internal static class TrainingRate
{
    public static double Of(TrainingHistory history) => history.Epochs.Count == 0 ? 0
        : history.Epochs.Sum(epoch => epoch.SamplesPerSecond * epoch.Seconds) / history.Epochs.Sum(epoch => epoch.Seconds);
}
