namespace MLNetDeepExtensions.Text.Metrics;

/// <summary>Stems of English words (Porter: An algorithm for suffix stripping, 1980), as first published. Expects lower case; other words
/// come back as they are.</summary>
public sealed class PorterStemmer
{
    private static readonly (string Suffix, string Replacement)[] Step2 =
    [
        ("ational", "ate"), ("tional", "tion"), ("enci", "ence"), ("anci", "ance"), ("izer", "ize"), ("abli", "able"), ("alli", "al"),
        ("entli", "ent"), ("eli", "e"), ("ousli", "ous"), ("ization", "ize"), ("ation", "ate"), ("ator", "ate"), ("alism", "al"),
        ("iveness", "ive"), ("fulness", "ful"),
        ("ousness", "ous"), ("aliti", "al"), ("iviti", "ive"), ("biliti", "ble"),
    ];

    private static readonly (string Suffix, string Replacement)[] Step3 =
        [("icate", "ic"), ("ative", ""), ("alize", "al"), ("iciti", "ic"), ("ical", "ic"), ("ful", ""), ("ness", "")];

    private static readonly string[] Step4 =
    [
        "al", "ance", "ence", "er", "ic", "able", "ible", "ant", "ement", "ment", "ent", "ion", "ou", "ism", "ate", "iti", "ous", "ive", "ize",
    ];

    private string word;

    private PorterStemmer(string word) => this.word = word;

    /// <summary>The stem of a word.</summary>
    public static string Stem(string word)
    {
        ArgumentNullException.ThrowIfNull(word);
        if (word.Length <= 2 || !word.All(char.IsAsciiLetterLower))
            return word;
        var stemmer = new PorterStemmer(word);
        stemmer.Plurals();
        stemmer.PastAndGerund();
        stemmer.FinalY();
        stemmer.Replace(Step2);
        stemmer.Replace(Step3);
        stemmer.Remove();
        stemmer.FinalE();
        return stemmer.word;
    }

    // Step 1a.
    private void Plurals()
    {
        if (Ends("sses") || Ends("ies"))
            word = word[..^2];
        else if (Ends("s") && !Ends("ss"))
            word = word[..^1];
    }

    // Step 1b.
    private void PastAndGerund()
    {
        if (Ends("eed"))
        {
            if (Measure(word.Length - 3) > 0)
                word = word[..^1];
            return;
        }
        string? suffix = Ends("ed") ? "ed" : Ends("ing") ? "ing" : null;
        if (suffix is null || !HasVowel(word.Length - suffix.Length))
            return;
        word = word[..^suffix.Length];
        if (Ends("at") || Ends("bl") || Ends("iz"))
            word += "e";
        else if (EndsInDoubleConsonant() && word[^1] is not ('l' or 's' or 'z'))
            word = word[..^1];
        else if (Measure(word.Length) == 1 && EndsInShortSyllable(word.Length))
            word += "e";
    }

    // Step 1c.
    private void FinalY()
    {
        if (Ends("y") && HasVowel(word.Length - 1))
            word = word[..^1] + "i";
    }

    // Steps 2 and 3: the longest suffix decides.
    private void Replace((string Suffix, string Replacement)[] rules)
    {
        (string suffix, string replacement) =
            rules.Where(rule => Ends(rule.Suffix)).OrderByDescending(rule => rule.Suffix.Length).FirstOrDefault();
        if (suffix is not null && Measure(word.Length - suffix.Length) > 0)
            word = word[..^suffix.Length] + replacement;
    }

    // Step 4.
    private void Remove()
    {
        string? suffix = Step4.Where(Ends).OrderByDescending(ending => ending.Length).FirstOrDefault();
        if (suffix is null || Measure(word.Length - suffix.Length) <= 1)
            return;
        if (suffix != "ion" || word[^4] is 's' or 't')
            word = word[..^suffix.Length];
    }

    // Step 5.
    private void FinalE()
    {
        if (Ends("e") && (Measure(word.Length - 1) > 1 || (Measure(word.Length - 1) == 1 && !EndsInShortSyllable(word.Length - 1))))
            word = word[..^1];
        if (Ends("ll") && Measure(word.Length) > 1)
            word = word[..^1];
    }

    private bool Ends(string suffix) => word.EndsWith(suffix, StringComparison.Ordinal);

    private bool IsConsonant(int i) => word[i] switch
    {
        'a' or 'e' or 'i' or 'o' or 'u' => false,
        'y' => i == 0 || !IsConsonant(i - 1),
        _ => true,
    };

    private bool HasVowel(int length) => Enumerable.Range(0, length).Any(i => !IsConsonant(i));

    private bool EndsInDoubleConsonant() => word.Length > 1 && word[^1] == word[^2] && IsConsonant(word.Length - 1);

    // The paper's *o: consonant, vowel, consonant, the last not w, x or y.
    private bool EndsInShortSyllable(int length) =>
        length > 2 && IsConsonant(length - 3) && !IsConsonant(length - 2) && IsConsonant(length - 1)
        && word[length - 1] is not ('w' or 'x' or 'y');

    // The paper's m: how often a vowel is followed by a consonant.
    private int Measure(int length) => Enumerable.Range(1, Math.Max(0, length - 1)).Count(i => IsConsonant(i) && !IsConsonant(i - 1));
}
