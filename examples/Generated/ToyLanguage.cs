using MLNetDeepExtensions.Images;

namespace MLNetDeepExtensions.Examples;

/// <summary>
/// Made-up sentences of simple English with translations into a made-up language: adjectives stand behind their noun and agree with it in number, objects
/// end in -n, the verb comes last, and the time first. So every word has its translation, but neither its place nor its ending is that of the source. The
/// same seed gives the same sentences.
/// </summary>
public static class ToyLanguage
{
    private static readonly (string English, string Plural, string Toy)[] Nouns =
    [
        ("dog", "dogs", "hundo"), ("cat", "cats", "kato"), ("bird", "birds", "birdo"), ("child", "children", "infano"), ("horse", "horses", "ĉevalo"),
        ("tree", "trees", "arbo"), ("house", "houses", "domo"), ("book", "books", "libro"), ("stone", "stones", "ŝtono"), ("fish", "fish", "fiŝo"),
    ];

    private static readonly (string English, string Toy)[] Adjectives =
        [("small", "eta"), ("old", "olda"), ("red", "ruĝa"), ("white", "blanka"), ("quiet", "trankvila"), ("strange", "stranga")];

    private static readonly (string Singular, string Plural, string Toy)[] Verbs =
        [("sees", "see", "vidas"), ("finds", "find", "trovas"), ("likes", "like", "ŝatas"), ("follows", "follow", "sekvas"), ("draws", "draw", "desegnas")];

    private static readonly (string English, string Toy)[] Times = [("today", "hodiaŭ"), ("often", "ofte"), ("at night", "nokte")];

    private static readonly (string English, string Toy, bool IsPlural)[] Determiners =
        [("the", "la", false), ("a", "unu", false), ("two", "du", true), ("three", "tri", true)];

    /// <summary>The sentence of a number, with its translation.</summary>
    public static (string English, string Toy) Sentence(int seed, int number)
    {
        var random = new SampleRandom(seed, 0, number);
        (string subject, string toySubject, bool isPlural) = Phrase(random, ending: "");
        (string patient, string toyPatient, _) = Phrase(random, ending: "n");
        (string singular, string plural, string toyVerb) = Pick(Verbs, random);
        string english = $"{subject} {(isPlural ? plural : singular)} {patient}", toy = $"{toySubject} {toyPatient} {toyVerb}";
        if (random.Chance(0.4))
        {
            (string time, string toyTime) = Pick(Times, random);
            (english, toy) = ($"{english} {time}", $"{toyTime} {toy}");
        }
        return ($"{Capital(english)}.", $"{Capital(toy)}.");
    }

    /// <summary>Writes files of lines that translate each other, <c>train</c>, <c>val</c> and <c>test</c>, ending in <c>.en</c> and <c>.toy</c>. Files that are
    /// there already are overwritten.</summary>
    public static void WriteFiles(string folder, int train, int validation, int test, int seed)
    {
        Directory.CreateDirectory(folder);
        int first = 0;
        foreach ((string name, int count) in new[] { ("train", train), ("val", validation), ("test", test) })
        {
            (string English, string Toy)[] sentences = [.. Enumerable.Range(first, count).Select(number => Sentence(seed, number))];
            File.WriteAllLines(Path.Combine(folder, $"{name}.en"), sentences.Select(sentence => sentence.English));
            File.WriteAllLines(Path.Combine(folder, $"{name}.toy"), sentences.Select(sentence => sentence.Toy));
            first += count;
        }
    }

    private static (string English, string Toy, bool IsPlural) Phrase(SampleRandom random, string ending)
    {
        (string determiner, string toyDeterminer, bool isPlural) = Pick(Determiners, random);
        (string singular, string plural, string toyNoun) = Pick(Nouns, random);
        string suffix = (isPlural ? "j" : "") + ending;
        (string english, string toy) = (isPlural ? plural : singular, toyNoun + suffix);
        if (random.Chance(0.5))
        {
            (string adjective, string toyAdjective) = Pick(Adjectives, random);
            (english, toy) = ($"{adjective} {english}", $"{toy} {toyAdjective}{suffix}");
        }
        return ($"{determiner} {english}", $"{toyDeterminer} {toy}", isPlural);
    }

    private static T Pick<T>(IReadOnlyList<T> all, SampleRandom random) => all[random.Below(all.Count)];

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
