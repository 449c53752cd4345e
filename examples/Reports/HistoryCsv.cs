using MLNetDeepExtensions.Training;

namespace MLNetDeepExtensions.Examples;

/// <summary>A training history as a table: a line for each epoch.</summary>
internal static class HistoryCsv
{
    public static void Write(TrainingHistory history, string path)
    {
        string[] losses = [.. history.Epochs.SelectMany(epoch => epoch.Losses.Keys).Distinct()];
        string[] metrics = [.. history.Epochs.SelectMany(epoch => epoch.Metrics.Keys).Distinct()];
        double minutes = 0;
        IEnumerable<string> validation = metrics.Select(name => "validation " + name);
        var csv = new CsvWriter(["phase", "epoch", "step", .. losses, .. validation, "rate factor", "rows/s", "training minutes"]);
        foreach (EpochRecord epoch in history.Epochs)
        {
            minutes += epoch.Seconds / 60;
            csv.Add([epoch.Phase, epoch.Epoch, epoch.Step,
                .. losses.Select(name => Of(epoch.Losses, name)), .. metrics.Select(name => Of(epoch.Metrics, name)),
                epoch.RateFactor, epoch.SamplesPerSecond, minutes]);
        }
        csv.Write(path);
    }

    private static object? Of(IReadOnlyDictionary<string, double> values, string name) => values.TryGetValue(name, out double value) ? value : null;
}
