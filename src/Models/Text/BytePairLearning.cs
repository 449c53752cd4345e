using System.Runtime.InteropServices;

namespace MLNetDeepExtensions.Text;

/// <summary>Two neighbouring tokens that become one.</summary>
public readonly record struct BytePair(string Left, string Right)
{
    /// <summary>The token that they become.</summary>
    public string Merged => Left + Right;

    /// <summary>As in a line of <c>merges.txt</c>.</summary>
    public override string ToString() => $"{Left} {Right}";
}

/// <summary>
/// Learns which neighbouring tokens to merge: again and again the most frequent pair (Sennrich, Haddow, Birch: Neural Machine Translation
/// of Rare Words with Subword Units, 2016, section 3.2). Of equally frequent pairs the one that comes first by its characters is taken.
/// </summary>
/// <remarks>
/// Counts are kept up to date merge by merge: an index tells the words that hold a pair, so that a merge costs no more than the words it
/// changes. The queue may hold outdated counts; a pair's count only falls or is queued anew, so an outdated one is seen when it comes up.
/// </remarks>
internal sealed class BytePairLearning
{
    private readonly List<string> tokens = [];
    private readonly Dictionary<string, int> numbers = new(StringComparer.Ordinal);
    private readonly List<(int[] Tokens, long Count)> words = [];
    private readonly Dictionary<(int Left, int Right), long> counts = [];
    private readonly Dictionary<(int Left, int Right), HashSet<int>> wordsWith = [];
    private readonly PriorityQueue<(int Left, int Right), (long Count, string Left, string Right)> queue = new(MostFrequentFirst.Instance);

    private BytePairLearning(IEnumerable<KeyValuePair<IReadOnlyList<string>, long>> counted)
    {
        foreach ((IReadOnlyList<string> symbols, long count) in counted)
        {
            words.Add(([.. symbols.Select(NumberOf)], count));
            Count(words.Count - 1, +1);
        }
        foreach ((int, int) pair in counts.Keys)
            Enqueue(pair);
    }

    /// <summary>Learns from the parts of texts, byte by byte.</summary>
    /// <param name="texts">The training text.</param>
    /// <param name="merges">How many merges to learn; fewer if no pair is frequent enough.</param>
    /// <param name="minimumCount">Rarer pairs are not merged; 2 or more keeps single words from being learned by heart.</param>
    public static IReadOnlyList<BytePair> Learn(IEnumerable<string> texts, int merges, long minimumCount = 2)
    {
        string[] symbols = [.. ByteAlphabet.All.Select(c => c.ToString())];
        var number = ByteAlphabet.All.Select((c, i) => (c, i)).ToDictionary(pair => pair.c, pair => pair.i);
        return Learn(
            CountParts(texts).Select(part => KeyValuePair.Create<IReadOnlyList<string>, long>(
                [.. ByteAlphabet.Encode(part.Key).Select(c => symbols[number[c]])], part.Value)),
            merges, minimumCount);
    }

    /// <summary>Learns from words with their frequencies.</summary>
    /// <param name="words">The first tokens of each different word, and how often it appears.</param>
    /// <param name="merges">How many merges to learn.</param>
    /// <param name="minimumCount">Rarer pairs are not merged.</param>
    public static IReadOnlyList<BytePair> Learn(
        IEnumerable<KeyValuePair<IReadOnlyList<string>, long>> words, int merges, long minimumCount = 2)
    {
        var learning = new BytePairLearning(words);
        var learned = new List<BytePair>();
        while (learned.Count < merges && learning.TryMerge(Math.Max(1, minimumCount), out BytePair pair))
            learned.Add(pair);
        return learned;
    }

    private static Dictionary<string, long> CountParts(IEnumerable<string> texts)
    {
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        var bySpan = counts.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (string text in texts)
        {
            foreach (var part in SubwordSplit.Parts.EnumerateMatches(text))
            {
                ReadOnlySpan<char> span = text.AsSpan(part.Index, part.Length);
                bySpan.TryGetValue(span, out long count);
                bySpan[span] = count + 1;
            }
        }
        return counts;
    }

    private bool TryMerge(long minimumCount, out BytePair merged)
    {
        while (queue.TryDequeue(out (int Left, int Right) pair, out (long Count, string, string) priority))
        {
            long count = counts.GetValueOrDefault(pair);
            if (count != priority.Count)
            {
                if (count > 0 && count < priority.Count)
                    Enqueue(pair);
                continue;
            }
            merged = new BytePair(tokens[pair.Left], tokens[pair.Right]);
            if (count < minimumCount)
                return false;
            Merge(pair, NumberOf(merged.Merged));
            return true;
        }
        merged = default;
        return false;
    }

    private void Merge((int Left, int Right) pair, int merged)
    {
        var changed = new HashSet<(int, int)>();
        foreach (int word in wordsWith[pair].Order().ToArray())
        {
            Count(word, -1);
            words[word] = (Merge(words[word].Tokens, pair, merged), words[word].Count);
            Count(word, +1, changed);
        }
        // Pairs of the new token are the only ones that can have become more frequent.
        foreach ((int Left, int Right) other in changed.Where(other => other.Item1 == merged || other.Item2 == merged))
            Enqueue(other);
    }

    private static int[] Merge(int[] word, (int Left, int Right) pair, int merged)
    {
        var result = new List<int>(word.Length);
        for (int i = 0; i < word.Length; i++)
        {
            bool isPair = word[i] == pair.Left && i + 1 < word.Length && word[i + 1] == pair.Right;
            result.Add(isPair ? merged : word[i]);
            if (isPair)
                i++;
        }
        return [.. result];
    }

    private void Count(int word, int sign, HashSet<(int, int)>? seen = null)
    {
        (int[] symbols, long count) = words[word];
        for (int i = 0; i + 1 < symbols.Length; i++)
        {
            var pair = (symbols[i], symbols[i + 1]);
            ref long total = ref CollectionsMarshal.GetValueRefOrAddDefault(counts, pair, out _);
            total += sign * count;
            ref HashSet<int>? holders = ref CollectionsMarshal.GetValueRefOrAddDefault(wordsWith, pair, out _);
            holders ??= [];
            if (sign > 0)
                holders.Add(word);
            else
                holders.Remove(word);
            seen?.Add(pair);
        }
    }

    private void Enqueue((int Left, int Right) pair) => queue.Enqueue(pair, (counts[pair], tokens[pair.Left], tokens[pair.Right]));

    private int NumberOf(string token)
    {
        if (!numbers.TryGetValue(token, out int number))
        {
            number = tokens.Count;
            numbers.Add(token, number);
            tokens.Add(token);
        }
        return number;
    }

    private sealed class MostFrequentFirst : IComparer<(long Count, string Left, string Right)>
    {
        public static MostFrequentFirst Instance { get; } = new();

        public int Compare((long Count, string Left, string Right) x, (long Count, string Left, string Right) y)
        {
            int order = y.Count.CompareTo(x.Count);
            if (order == 0)
                order = string.CompareOrdinal(x.Left, y.Left);
            return order != 0 ? order : string.CompareOrdinal(x.Right, y.Right);
        }
    }
}
