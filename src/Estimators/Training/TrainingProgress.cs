namespace MLNetDeepExtensions.Training;

/// <summary>A report from a running Fit.</summary>
/// <param name="Phase">Name of the phase.</param>
/// <param name="Epoch">Number of the epoch within the phase, from 1.</param>
/// <param name="Epochs">Epochs of the phase.</param>
/// <param name="Step">Updates done since the start of the run.</param>
/// <param name="Fraction">Part of the whole run that is done, 0 to 1.</param>
/// <param name="Losses">Loss terms of the last update, and their weighted sum as <c>loss</c>.</param>
/// <param name="Metrics">Validation metrics, in the report that follows a validation; else empty.</param>
/// <param name="SamplesPerSecond">Rate of the last few updates.</param>
/// <param name="Remaining">Estimated time to the end of the run.</param>
public sealed record TrainingProgress(
    string Phase, int Epoch, int Epochs, long Step, double Fraction, IReadOnlyDictionary<string, double> Losses,
    IReadOnlyDictionary<string, double> Metrics, double SamplesPerSecond, TimeSpan Remaining);
