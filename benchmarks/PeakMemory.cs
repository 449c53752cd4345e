using System.Diagnostics;
using System.Globalization;

namespace MLNetDeepExtensions.Benchmarks;

/// <summary>The most memory that this process had resident; outside of Linux since its start.</summary>
internal static class PeakMemory
{
    private const string Commands = "/proc/self/clear_refs", Status = "/proc/self/status", Field = "VmHWM:";

    public static double Megabytes => File.Exists(Status)
        ? double.Parse(File.ReadLines(Status).First(line => line.StartsWith(Field))[Field.Length..].Replace("kB", "").Trim(), CultureInfo.InvariantCulture) * 1024 / 1e6
        : Process.GetCurrentProcess().PeakWorkingSet64 / 1e6;

    /// <summary>Counts from what is resident now.</summary>
    public static void Reset()
    {
        const string peak = "5";
        if (File.Exists(Commands))
            File.WriteAllText(Commands, peak);
    }
}
