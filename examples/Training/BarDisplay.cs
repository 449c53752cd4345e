using MLNetDeepExtensions.Training;
using Spectre.Console;

namespace MLNetDeepExtensions.Examples;

/// <summary>For terminals: a live bar, with a line above it for each validated epoch.</summary>
internal sealed class BarDisplay : ITrainingDisplay
{
    private ProgressTask? bar;

    public void During(Action train) => AnsiConsole.Progress()
        .AutoClear(false).HideCompleted(false)
        .Columns(new ProgressBarColumn { Width = 30 }, new PercentageColumn(), new TaskDescriptionColumn { Alignment = Justify.Left })
        .Start(progress =>
        {
            bar = progress.AddTask("reading the data", maxValue: 1);
            train();
            bar.StopTask();
        });

    public void Report(TrainingProgress at)
    {
        string text = $"{ProgressText.Epoch(at)}  {ProgressText.Figures(at)}";
        if (at.Metrics.Count > 0)
            Write(text);
        if (bar is null)
            return;
        bar.Value = at.Fraction;
        bar.Description = Markup.Escape(text);
    }

    public void Write(string line) => AnsiConsole.MarkupLine(Markup.Escape(line));
}
