namespace MLNetDeepExtensions.Text.Metrics;

/// <summary>How often each run of 1 to n words appears in a sentence.</summary>
internal static class NGrams
{
    /// <summary>Words are joined by a character that no tokeniser leaves inside a word.</summary>
    private const char Between = '\n';

    /// <param name="words">The sentence.</param>
    /// <param name="order">Length of the runs.</param>
    public static Dictionary<string, int> Count(IReadOnlyList<string> words, int order)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int i = 0; i + order <= words.Count; i++)
        {
            string run = order == 1 ? words[i] : string.Join(Between, words.Skip(i).Take(order));
            counts[run] = counts.GetValueOrDefault(run) + 1;
        }
        return counts;
    }

    /// <summary>Lengths 1 to <paramref name="longest"/> together.</summary>
    public static IReadOnlyList<Dictionary<string, int>> CountAll(IReadOnlyList<string> words, int longest) =>
        [.. Enumerable.Range(1, longest).Select(order => Count(words, order))];
}
