using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNetDeepExtensions.Training;

namespace MLNetDeepExtensions.Examples;

/// <summary>A run as the user sees it: warnings and progress on the console, Ctrl-C to end training with the best model so far.</summary>
internal sealed class TrainingSession : IDisposable
{
    private readonly MLContext ml;
    private readonly ITrainingDisplay display = Console.IsOutputRedirected ? new PlainDisplay() : new BarDisplay();
    private readonly CancellationTokenSource interruption = new();

    public TrainingSession(MLContext ml)
    {
        this.ml = ml;
        ml.Log += ShowWarning;
    }

    /// <summary>For the trainer's <c>Progress</c> option.</summary>
    public IProgress<TrainingProgress> Progress => display;

    /// <summary>For the trainer's <c>CancellationToken</c> option.</summary>
    public CancellationToken Stop => interruption.Token;

    /// <summary>Fits, with progress. The first Ctrl-C cancels <see cref="Stop"/>; the second, as one at any other time, ends the program.</summary>
    public T Watch<T>(Func<T> fit)
    {
        Console.CancelKeyPress += Interrupt;
        try
        {
            T result = default!;
            display.During(() => result = fit());
            return result;
        }
        finally
        {
            Console.CancelKeyPress -= Interrupt;
        }
    }

    public void Dispose()
    {
        ml.Log -= ShowWarning;
        interruption.Dispose();
    }

    private void Interrupt(object? sender, ConsoleCancelEventArgs pressed)
    {
        if (interruption.IsCancellationRequested)
            return;
        pressed.Cancel = true;
        interruption.Cancel();
        display.Write("Stopping: the best model so far is saved and evaluated. Ctrl-C again ends at once.");
    }

    private void ShowWarning(object? sender, LoggingEventArgs entry)
    {
        if (entry.Kind is ChannelMessageKind.Warning or ChannelMessageKind.Error)
            display.Write($"warning: {entry.RawMessage}");
    }
}
