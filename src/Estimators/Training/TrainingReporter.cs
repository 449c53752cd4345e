using System.Globalization;
using Microsoft.ML.Runtime;
using MLNetDeepExtensions.Bridge;

namespace MLNetDeepExtensions.Training;

/// <summary>Tells the user how training goes: lines in the MLContext's log and reports to the options' <c>Progress</c>.</summary>
internal sealed class TrainingReporter(IHost host, IChannel channel, TrainingOptions options)
{
    private const double Smoothing = 0.9;
    private double samplesPerSecond;
    private double fractionPerSecond;
    private double lastFraction = double.NaN;

    /// <summary>True once the token of the options was cancelled.</summary>
    public bool IsCancelled => options.CancellationToken.IsCancellationRequested;

    /// <summary>True once ML.NET's own cancellation was requested.</summary>
    public bool IsHostCancelled => host.IsCancelled();

    /// <exception cref="OperationCanceledException">One of the two was.</exception>
    public void ThrowIfCancelled()
    {
        options.CancellationToken.ThrowIfCancellationRequested();
        host.ThrowIfCancelled();
    }

    public void Info(string message) => channel.Info(MessageSensitivity.None, message);

    public void Warning(string message) => channel.Warning(MessageSensitivity.None, message);

    public void Updated(string phase, int epoch, int epochs, long step, double fraction, LossTerms loss, int samples, double seconds)
    {
        Measure(fraction, samples, seconds);
        var report = new TrainingProgress(phase, epoch, epochs, step, fraction, EpochSums.Named(loss), Empty, samplesPerSecond, Remaining(fraction));
        options.Progress?.Report(report);
        if (step % options.LogEverySteps == 0)
            Info($"{phase}, epoch {epoch} of {epochs}, step {step}: {Text(report.Losses)}, {Number(samplesPerSecond)} samples/s, {report.Remaining:hh\\:mm\\:ss} left");
    }

    public void EpochEnded(EpochRecord record, int epochs, double fraction)
    {
        options.Progress?.Report(new TrainingProgress(
            record.Phase, record.Epoch, epochs, record.Step, fraction, record.Losses, record.Metrics, samplesPerSecond, Remaining(fraction)));
        string metrics = record.Metrics.Count > 0 ? $"; validation: {Text(record.Metrics)}" : "";
        Info($"{record.Phase}, epoch {record.Epoch} of {epochs} done: {Text(record.Losses)}, {Number(record.SamplesPerSecond)} samples/s{metrics}");
    }

    private static IReadOnlyDictionary<string, double> Empty { get; } = new Dictionary<string, double>();

    private void Measure(double fraction, int samples, double seconds)
    {
        bool isFirst = double.IsNaN(lastFraction);
        double rate = samples / seconds, fractionRate = isFirst ? 0 : (fraction - lastFraction) / seconds;
        samplesPerSecond = isFirst ? rate : Smoothing * samplesPerSecond + (1 - Smoothing) * rate;
        fractionPerSecond = fractionPerSecond == 0 ? fractionRate : Smoothing * fractionPerSecond + (1 - Smoothing) * fractionRate;
        lastFraction = fraction;
    }

    private TimeSpan Remaining(double fraction) =>
        fractionPerSecond > 0 ? TimeSpan.FromSeconds(Math.Min((1 - fraction) / fractionPerSecond, TimeSpan.MaxValue.TotalSeconds / 2)) : TimeSpan.Zero;

    private static string Text(IReadOnlyDictionary<string, double> values) =>
        string.Join(", ", values.Select(value => $"{value.Key} {Number(value.Value)}"));

    private static string Number(double value) => value.ToString("0.####", CultureInfo.InvariantCulture);
}
