using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace MLNetDeepExtensions.Benchmarks;

/// <summary>The most memory that this process had resident; outside of Linux since its start.</summary>
internal static class PeakMemory
{
    private const string Commands = "/proc/self/clear_refs", Status = "/proc/self/status", Field = "VmHWM:";

    public static double Megabytes => File.Exists(Status)
        ? double.Parse(File.ReadLines(Status).First(line => line.StartsWith(Field))[Field.Length..].Replace("kB", "").Trim(), CultureInfo.InvariantCulture) * 1024 / 1e6
        : Process.GetCurrentProcess().PeakWorkingSet64 / 1e6;

    /// <summary>Gives back what earlier work in this process left behind, so that the peak is that of what follows.</summary>
    public static void GiveBack()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        if (OperatingSystem.IsLinux())
            TrimHeap(0);
    }

    /// <summary>Counts from what is resident now.</summary>
    public static void Reset()
    {
        const string peak = "5";
        if (File.Exists(Commands))
            File.WriteAllText(Commands, peak);
    }

    [DllImport("libc", EntryPoint = "malloc_trim")]
    private static extern int TrimHeap(nuint leftOver);
}
