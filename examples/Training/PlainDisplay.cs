using System.Diagnostics;
using MLNetDeepExtensions.Training;

namespace MLNetDeepExtensions.Examples;

/// <summary>For output into files and pipes: a line every ten seconds, for each validation, and at the end.</summary>
internal sealed class PlainDisplay : ITrainingDisplay
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);
    private long lastLine;
    private TrainingProgress? unwritten;

    public void During(Action train)
    {
        lastLine = Stopwatch.GetTimestamp();
        train();
        if (unwritten is not null)
            Write(unwritten);
    }

    public void Report(TrainingProgress at)
    {
        unwritten = at;
        if (at.Metrics.Count > 0 || Stopwatch.GetElapsedTime(lastLine) >= Interval)
            Write(at);
    }

    public void Write(string line) => Console.WriteLine(line);

    private void Write(TrainingProgress at)
    {
        Write($"{at.Fraction,4:0%}  {ProgressText.Epoch(at)}  {ProgressText.Figures(at)}");
        lastLine = Stopwatch.GetTimestamp();
        unwritten = null;
    }
}
