using MLNetDeepExtensions.Training;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Benchmarks;

/// <summary>Resident memory of the process and tensors that live, after so many predictions or updates.</summary>
internal readonly record struct MemoryReading(long After, long Megabytes, long LiveTensors)
{
    public static readonly string[] Header = ["After", "Resident memory, MB", "Live tensors"];

    public string[] Row => [$"{After}", $"{Megabytes}", $"{LiveTensors}"];

    public static MemoryReading Now(long after)
    {
        var reading = new MemoryReading(after, Environment.WorkingSet / 1_000_000, Tensor.TotalCount);
        Console.WriteLine(string.Join("; ", reading.Row));
        return reading;
    }
}

/// <summary>Reads the memory while a Fit runs: after the first update, and then after each so many.</summary>
internal sealed class MemoryOverUpdates(int every) : IProgress<TrainingProgress>
{
    private readonly List<MemoryReading> readings = [];

    public IReadOnlyList<MemoryReading> Readings => readings;

    public void Report(TrainingProgress value)
    {
        // The end of an epoch is reported after its last update.
        if (readings.Count == 0 || (value.Step % every == 0 && readings[^1].After != value.Step))
            readings.Add(MemoryReading.Now(value.Step));
    }
}
