using System.Globalization;
using System.Text;

namespace MLNetDeepExtensions.Benchmarks;

/// <summary>The Markdown file that a benchmark leaves in <c>results</c>.</summary>
internal sealed class Report(string name, string question, int threads)
{
    private readonly StringBuilder text = new($"""
        # {name}

        {question}

        - Command: `dotnet run -c Release --project benchmarks -- {name}{(threads == 2 ? "" : $" --threads={threads}")}`
        - Date: {DateTime.Now.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)}
        - Processor: {Processor()}; {Environment.ProcessorCount} cores, {threads} {(threads == 1 ? "thread" : "threads")}

        """);

    public void Table(IReadOnlyList<string> header, IEnumerable<IReadOnlyList<string>> rows)
    {
        text.AppendLine();
        foreach (IReadOnlyList<string> row in rows.Prepend([.. header.Select(_ => "---")]).Prepend(header))
            text.AppendLine($"| {string.Join(" | ", row)} |");
        Save();
    }

    public void Note(string note)
    {
        Console.WriteLine(note);
        text.AppendLine().AppendLine(note);
        Save();
    }

    /// <summary>Runs contests one after the other.</summary>
    public void Contests(params IEnumerable<Contest> contests)
    {
        Table(Contest.Header, [.. contests.Select(contest => contest.Run())]);
        Note("Library and peer in turns; medians (min .. max), ratios taken within each round.");
    }

    /// <summary>After every part: a long run that is ended early leaves what it has.</summary>
    private void Save()
    {
        Directory.CreateDirectory("results");
        File.WriteAllText(Path.Combine("results", $"{name}.md"), text.ToString());
    }

    private static string Processor() => File.Exists("/proc/cpuinfo")
        ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name"))?.Split(": ")[^1] ?? "unknown"
        : Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER") ?? "unknown";
}
