using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNetDeepExtensions.Training;

namespace MLNetDeepExtensions.Examples;

/// <summary>A training run as the user sees it: progress and warnings on the console, Ctrl-C to stop.</summary>
internal sealed class TrainingSession : IDisposable
{
    private readonly MLContext ml;
    private readonly ITrainingDisplay display = Console.IsOutputRedirected ? new PlainDisplay() : new BarDisplay();
    private readonly Interruption interruption;

    public TrainingSession(MLContext ml)
    {
        this.ml = ml;
        ml.Log += ShowWarnings;
        interruption = new Interruption(display.Write);
    }

    /// <summary>For the trainer's <c>Progress</c> option.</summary>
    public IProgress<TrainingProgress> Progress => display;

    /// <summary>For the trainer's <c>CancellationToken</c> option.</summary>
    public CancellationToken Stop => interruption.Token;

    /// <summary>Fits while showing progress.</summary>
    public T Watch<T>(Func<T> fit)
    {
        T result = default!;
        display.During(() => result = fit());
        return result;
    }

    public void Dispose()
    {
        interruption.Dispose();
        ml.Log -= ShowWarnings;
    }

    private void ShowWarnings(object? sender, LoggingEventArgs entry)
    {
        if (entry.Kind is ChannelMessageKind.Warning or ChannelMessageKind.Error)
            display.Write(entry.RawMessage);
    }
}
