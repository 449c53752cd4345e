namespace MLNetDeepExtensions.Training;

/// <summary>How a training run ended.</summary>
public enum TrainingEnd
{
    /// <summary>All epochs of all phases were run.</summary>
    Completed,

    /// <summary>The watched metric did not improve for the number of evaluations that the options allow.</summary>
    StoppedEarly,

    /// <summary>The cancellation token of the options was cancelled.</summary>
    Cancelled,
}

/// <summary>One finished epoch of a training run.</summary>
/// <param name="Phase">Name of the phase, such as <c>training</c> or <c>fine-tuning</c>.</param>
/// <param name="Epoch">Number of the epoch within its phase, from 1.</param>
/// <param name="Step">Updates done since the start of the run.</param>
/// <param name="Losses">Mean of each loss term over the epoch, and of their weighted sum as <c>loss</c>.</param>
/// <param name="Metrics">Validation metrics after the epoch; empty if it was not validated.</param>
/// <param name="RateFactor">What the schedule multiplied the learning rate with at the epoch's last update.</param>
/// <param name="Seconds">Training time of the epoch without validation, in this process.</param>
/// <param name="SamplesPerSecond">Training samples per second of that time.</param>
public sealed record EpochRecord(
    string Phase, int Epoch, long Step, IReadOnlyDictionary<string, double> Losses, IReadOnlyDictionary<string, double> Metrics,
    double RateFactor, double Seconds, double SamplesPerSecond);

/// <summary>What happened while a model was trained.</summary>
public sealed record TrainingHistory
{
    /// <summary>A history without epochs: the model was loaded, not trained here.</summary>
    public static TrainingHistory None { get; } = new();

    /// <summary>The finished epochs in order.</summary>
    public IReadOnlyList<EpochRecord> Epochs { get; init; } = [];

    /// <summary>The epoch whose weights the model has; null if it has the last ones.</summary>
    public EpochRecord? Best { get; init; }

    /// <summary>How the run ended.</summary>
    public TrainingEnd End { get; init; }

    /// <summary>Rows that were left out because they could not be used (see <c>TrainingOptions.BadRows</c>).</summary>
    public long SkippedRows { get; init; }

    /// <summary>The device that the run used, such as <c>cpu</c> or <c>cuda:0</c>.</summary>
    public string Device { get; init; } = "";
}
