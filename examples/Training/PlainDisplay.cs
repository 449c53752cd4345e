using System.Diagnostics;
using MLNetDeepExtensions.Training;

namespace MLNetDeepExtensions.Examples;

/// <summary>For output into files and pipes: a line every ten seconds, and one for each validated epoch.</summary>
internal sealed class PlainDisplay : ITrainingDisplay
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);
    private long lastLine;

    public void During(Action train)
    {
        lastLine = Stopwatch.GetTimestamp();
        train();
    }

    public void Report(TrainingProgress at)
    {
        if (at.Metrics.Count == 0 && at.Fraction < 1 && Stopwatch.GetElapsedTime(lastLine) < Interval)
            return;
        Write($"{at.Fraction,4:P0}  {ProgressText.Epoch(at)}  {ProgressText.Figures(at)}");
        lastLine = Stopwatch.GetTimestamp();
    }

    public void Write(string line) => Console.WriteLine(line);
}
