using System.Collections.Frozen;

namespace MLNetDeepExtensions.Text;

/// <summary>Words by number: the special tokens first, then the words.</summary>
public sealed class Vocabulary
{
    private readonly string[] words;
    private readonly FrozenDictionary<string, int> numbers;

    /// <param name="words">Without the special tokens; the first gets the number 4.</param>
    /// <exception cref="ArgumentException">A word appears twice, is empty, or holds a blank.</exception>
    public Vocabulary(IReadOnlyList<string> words)
    {
        ArgumentNullException.ThrowIfNull(words);
        string[] faults = [.. Faults(words).Take(1)];
        if (faults.Length > 0)
            throw new ArgumentException(faults[0], nameof(words));
        this.words = [.. words];
        numbers = words.Select((word, i) => KeyValuePair.Create(word, i + SpecialTokens.Count)).ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>The words in the order of their numbers, without the special tokens.</summary>
    public IReadOnlyList<string> Words => words;

    /// <summary>Words and special tokens.</summary>
    public int Count => words.Length + SpecialTokens.Count;

    /// <summary>Number of a word; that of the unknown token if it is not there.</summary>
    public int this[string word] => numbers.TryGetValue(word, out int number) ? number : SpecialTokens.First.Unknown;

    /// <summary>Word or name of the special token of a number.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such number.</exception>
    public string this[int number]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(number);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(number, Count);
            return number < SpecialTokens.Count ? SpecialTokens.Names[number] : words[number - SpecialTokens.Count];
        }
    }

    /// <summary>Takes the most frequent words, ordered by frequency; equally frequent ones by their characters.</summary>
    /// <param name="words">The running words of the training text.</param>
    /// <param name="minimumCount">Words that appear less often are left out.</param>
    /// <param name="maximumSize">The most words that are kept; null for all.</param>
    public static Vocabulary Learn(IEnumerable<string> words, int minimumCount = 1, int? maximumSize = null)
    {
        ArgumentNullException.ThrowIfNull(words);
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (string word in words)
            counts[word] = counts.GetValueOrDefault(word) + 1;
        return new Vocabulary([.. counts.Where(entry => entry.Value >= minimumCount)
            .OrderByDescending(entry => entry.Value).ThenBy(entry => entry.Key, StringComparer.Ordinal)
            .Take(maximumSize ?? int.MaxValue).Select(entry => entry.Key)]);
    }

    internal static IEnumerable<string> Faults(IReadOnlyList<string> words)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (int i = 0; i < words.Count; i++)
        {
            if (string.IsNullOrEmpty(words[i]) || words[i].Contains(' '))
                yield return $"Word {i}: expected at least one character and no blank, got '{words[i]}'.";
            else if (!seen.Add(words[i]))
                yield return $"Word {i}: expected every word once, got '{words[i]}' again.";
        }
    }
}
