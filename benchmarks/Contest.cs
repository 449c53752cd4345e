using System.Diagnostics;
using System.Globalization;

namespace MLNetDeepExtensions.Benchmarks;

/// <summary>What a round took: seconds that passed, seconds of all processors together, and the most memory that the process had in it.</summary>
internal readonly record struct Cost(double Seconds, double ProcessorSeconds, double PeakMegabytes);

/// <summary>Does the work of one round and tells what it took.</summary>
internal delegate Cost Contestant();

/// <summary>
/// The same work done by the library and by a peer, in turns, so that whatever else the machine does meanwhile hits both. The ratio is
/// taken within each round: above 1 the library is faster. The ratio of processor time hardly depends on what else runs.
/// </summary>
internal sealed record Contest(string Name, Contestant Library, Contestant Peer, int Items, double? Target = null, int Rounds = 5)
{
    public static readonly string[] Header = ["What", "Library, items/s", "Peer, items/s", "Library : peer", "By processor time", "Target", "Library, peak MB", "Peer, peak MB", "Rounds"];

    /// <summary>A contestant in this process.</summary>
    public static Contestant Timed(Action work) => () =>
    {
        PeakMemory.Reset();
        TimeSpan processor = Environment.CpuUsage.TotalTime;
        long start = Stopwatch.GetTimestamp();
        work();
        return new Cost(Stopwatch.GetElapsedTime(start).TotalSeconds, (Environment.CpuUsage.TotalTime - processor).TotalSeconds, PeakMemory.Megabytes);
    };

    /// <summary>A contestant that works several times in each round, for work that is too short to be measured once.</summary>
    public static Contestant Repeated(int times, Contestant work) => () =>
    {
        Cost[] costs = [.. Enumerable.Range(0, times).Select(_ => work())];
        return new Cost(costs.Sum(cost => cost.Seconds), costs.Sum(cost => cost.ProcessorSeconds), costs.Max(cost => cost.PeakMegabytes));
    };

    /// <summary>Seconds of work without a peer: after a round to warm up, the median of those that count.</summary>
    public static double MedianSeconds(Action work, int rounds)
    {
        work();
        return Enumerable.Range(0, rounds).Select(_ => Timed(work)().Seconds).Order().ElementAt(rounds / 2);
    }

    /// <summary>Runs a round to warm up, then those that count; medians with the range in brackets.</summary>
    public string[] Run()
    {
        Library();
        Peer();
        var rounds = Enumerable.Range(0, Rounds).Select(Round).ToArray();
        string[] row =
        [
            Name, Summary(rounds.Select(round => Items / round.Library.Seconds)), Summary(rounds.Select(round => Items / round.Peer.Seconds)),
            Summary(rounds.Select(round => round.Peer.Seconds / round.Library.Seconds)),
            Summary(rounds.Select(round => round.Peer.ProcessorSeconds / round.Library.ProcessorSeconds)),
            Target?.ToString("0.00", CultureInfo.InvariantCulture) ?? "",
            $"{rounds.Max(round => round.Library.PeakMegabytes):F0}", $"{rounds.Max(round => round.Peer.PeakMegabytes):F0}", $"{Rounds}",
        ];
        Console.WriteLine(string.Join("; ", row));
        return row;
    }

    private (Cost Library, Cost Peer) Round(int number)
    {
        if (number % 2 == 0)
            return (Library(), Peer());
        Cost peer = Peer();
        return (Library(), peer);
    }

    private static string Summary(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return string.Create(CultureInfo.InvariantCulture, $"{sorted[sorted.Length / 2]:G3} ({sorted[0]:G3} .. {sorted[^1]:G3})");
    }
}
