namespace MLNetDeepExtensions.Examples;

/// <summary>While it lives, the first Ctrl-C cancels <see cref="Token"/>; the second ends the program, as always.</summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource source = new();
    private readonly Action<string> tell;

    public Interruption(Action<string> tell)
    {
        this.tell = tell;
        Console.CancelKeyPress += OnCtrlC;
    }

    public CancellationToken Token => source.Token;

    public void Dispose()
    {
        Console.CancelKeyPress -= OnCtrlC;
        source.Dispose();
    }

    private void OnCtrlC(object? sender, ConsoleCancelEventArgs pressed)
    {
        if (source.IsCancellationRequested)
            return;
        pressed.Cancel = true;
        source.Cancel();
        tell("Stopping; the best model so far is evaluated and saved. Ctrl-C again ends at once.");
    }
}
