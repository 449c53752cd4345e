namespace MLNetDeepExtensions.Text.Metrics;

/// <summary>Which word of a reference each word of a hypothesis stands for: as many equal words as possible, then as many with the same
/// stem, in the fewest chunks.</summary>
/// <remarks>
/// Words are placed from left to right, keeping the partial alignments with the fewest chunks, so that a sentence of one word a hundred
/// times takes no longer than others. While at most <see cref="MostKept"/> compete (fewer for sentences of hundreds of words) the alignment
/// is the best one.
/// </remarks>
internal sealed class MeteorAlignment
{
    private const int MostKept = 128;
    private const int Unmatched = -1;
    private const int MostWork = 4_000_000;

    private readonly int[] hypothesisWords, referenceWords, hypothesisStems, referenceStems;
    private readonly int[] exactNeeded, needed;

    private sealed record Partial(int[] Places, int Chunks);

    private MeteorAlignment(IReadOnlyList<string> hypothesis, IReadOnlyList<string> reference)
    {
        (hypothesisWords, referenceWords, int words) = Numbered(hypothesis, reference);
        (hypothesisStems, referenceStems, int stems) =
            Numbered([.. hypothesis.Select(PorterStemmer.Stem)], [.. reference.Select(PorterStemmer.Stem)]);
        exactNeeded = Common(hypothesisWords, referenceWords, words);
        needed = Common(hypothesisStems, referenceStems, stems);
    }

    /// <summary>Number of matched words, and of runs of them that are contiguous and in the same order on both sides.</summary>
    public static (int Matches, int Chunks) Of(IReadOnlyList<string> hypothesis, IReadOnlyList<string> reference)
    {
        var alignment = new MeteorAlignment(hypothesis, reference);
        return (alignment.needed.Sum(), alignment.FewestChunks());
    }

    private int FewestChunks()
    {
        // Every placed word looks back at all before it.
        int most = (int)Math.Clamp(MostWork / Math.Max(1, hypothesisWords.Length * ((long)hypothesisWords.Length + referenceWords.Length)), 1, MostKept);
        List<Partial> kept = [new([], 0)];
        for (int word = 0; word < hypothesisWords.Length; word++)
        {
            kept = [.. kept.SelectMany(Extensions).OrderBy(choice => choice.Chunks).Take(most)
                .Select(choice => new Partial([.. choice.Before.Places, choice.Place], choice.Chunks))];
        }
        return kept.Count == 0 ? 0 : kept[0].Chunks;
    }

    private IEnumerable<(Partial Before, int Place, int Chunks)> Extensions(Partial partial)
    {
        int before = partial.Places.Length == 0 ? Unmatched : partial.Places[^1];
        foreach (int place in Choices(partial.Places))
        {
            bool begins = place != Unmatched && (before == Unmatched || place != before + 1);
            yield return (partial, place, partial.Chunks + (begins ? 1 : 0));
        }
    }

    private IEnumerable<int> Choices(int[] places)
    {
        int word = places.Length, own = hypothesisWords[word], stem = hypothesisStems[word];
        var used = places.ToHashSet();
        int exactDone = ExactlyDone(own, places);
        int done = Enumerable.Range(0, word).Count(i => hypothesisStems[i] == stem && places[i] != Unmatched);
        int ownLeft = hypothesisWords.Skip(word + 1).Count(other => other == own);
        int stemsLeft = hypothesisStems.Skip(word + 1).Count(other => other == stem);
        bool mayBeInexact = exactDone + ownLeft >= exactNeeded[own];
        for (int place = 0; place < referenceWords.Length; place++)
        {
            if (used.Contains(place) || referenceStems[place] != stem)
                continue;
            bool isExact = referenceWords[place] == own;
            if (isExact || (mayBeInexact && IsSpare(referenceWords[place], places, used)))
                yield return place;
        }
        if (mayBeInexact && done + stemsLeft >= needed[stem])
            yield return Unmatched;
    }

    // A word of the reference may stand for one with the same stem only if enough of its kind remain for the equal ones.
    private bool IsSpare(int referenceWord, int[] places, HashSet<int> used)
    {
        int free = Enumerable.Range(0, referenceWords.Length).Count(place => referenceWords[place] == referenceWord && !used.Contains(place));
        return free - 1 >= exactNeeded[referenceWord] - ExactlyDone(referenceWord, places);
    }

    private int ExactlyDone(int word, int[] places) => Enumerable.Range(0, places.Length)
        .Count(i => hypothesisWords[i] == word && places[i] != Unmatched && referenceWords[places[i]] == word);

    private static (int[] Hypothesis, int[] Reference, int Count) Numbered(IReadOnlyList<string> hypothesis, IReadOnlyList<string> reference)
    {
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        int[] first = [.. hypothesis.Select(NumberOf)], second = [.. reference.Select(NumberOf)];
        return (first, second, numbers.Count);

        int NumberOf(string word)
        {
            if (!numbers.TryGetValue(word, out int number))
                numbers.Add(word, number = numbers.Count);
            return number;
        }
    }

    private static int[] Common(int[] first, int[] second, int count) =>
        [.. Enumerable.Range(0, count).Select(kind => Math.Min(first.Count(word => word == kind), second.Count(word => word == kind)))];
}
