using Microsoft.ML.Runtime;
using MLNetDeepExtensions.Bridge;

namespace MLNetDeepExtensions.Sources;

/// <summary>A sentence with its translations.</summary>
internal sealed record TranslatedSentence(string Source, string[] Targets);

/// <summary>Reads files whose lines are translations of each other.</summary>
internal sealed class ParallelText(IHostEnvironment env, BadRows badRows, BadRows emptyLines)
{
    private readonly FaultLog bad = new(badRows, "Left out {0} bad lines");
    private readonly FaultLog empty = new(emptyLines, "Left out {0} empty lines");

    /// <exception cref="AnnotationFault">The files have different numbers of lines.</exception>
    /// <exception cref="InvalidDataException">A line is bad and such are not to be skipped.</exception>
    public List<TranslatedSentence> Read(string source, IReadOnlyList<string> targets)
    {
        string[] paths = [source, .. targets];
        var sentences = new List<TranslatedSentence>();
        using IChannel channel = env.Start("LoadFromParallelText");
        IEnumerator<TextLine>[] files = [.. paths.Select(path => TextLines.Read(path).GetEnumerator())];
        try
        {
            while (TryMoveAll(files, paths))
            {
                env.ThrowIfCancelled();
                if (Usable(files, paths))
                    sentences.Add(new TranslatedSentence(files[0].Current.Text!, [.. files.Skip(1).Select(file => file.Current.Text!)]));
            }
        }
        finally
        {
            foreach (IEnumerator<TextLine> file in files)
                file.Dispose();
        }
        bad.WriteTo(channel);
        empty.WriteTo(channel);
        return sentences;
    }

    private bool Usable(IEnumerator<TextLine>[] files, string[] paths)
    {
        for (int i = 0; i < files.Length; i++)
        {
            TextLine line = files[i].Current;
            if (line.Text is null)
                bad.Add(new AnnotationFault(paths[i], $"line {line.Number}", "expected UTF-8, got other bytes"));
            else if (string.IsNullOrWhiteSpace(line.Text))
                empty.Add(new AnnotationFault(paths[i], $"line {line.Number}", "it is empty"));
            else
                continue;
            return false;
        }
        return true;
    }

    private static bool TryMoveAll(IEnumerator<TextLine>[] files, string[] paths)
    {
        int[] before = [.. files.Select(file => file.Current.Number)];
        bool[] moved = [.. files.Select(file => file.MoveNext())];
        if (moved.Distinct().Count() == 1)
            return moved[0];
        int[] counts = [.. files.Select((file, i) => moved[i] ? before[i] + 1 + Rest(file) : before[i])];
        int other = Array.FindIndex(counts, count => count != counts[0]);
        throw new AnnotationFault(
            paths[0], null, $"it has {counts[0]} lines, but {paths[other]} has {counts[other]}: expected one line for each line");
    }

    private static int Rest(IEnumerator<TextLine> file)
    {
        int count = 0;
        while (file.MoveNext())
            count++;
        return count;
    }
}
