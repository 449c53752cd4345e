using System.Text.RegularExpressions;

namespace MLNetDeepExtensions.Text;

/// <summary>
/// Words and signs as Moses' <c>tokenizer.perl -no-escape</c> cuts them: signs stand alone; full stops and commas inside numbers stay; a
/// full stop stays with an abbreviation; apostrophes are cut as the language wants. Scripts without blanks are not cut: use subwords for
/// them.
/// </summary>
internal sealed partial class MosesTokenisation
{
    private static readonly string[] Quotes = ["\"", "'", "\u201E", "\u201C", "\u201D", "\u00AB", "\u00BB"];

    // From Moses' lists of prefixes after which a full stop ends no sentence, the common ones.
    private static readonly Dictionary<string, string[]> Abbreviations = new(StringComparer.Ordinal)
    {
        ["en"] =
        [
            "Mr", "Mrs", "Ms", "Dr", "Prof", "Sr", "Jr", "St", "Rev", "Gen", "Col", "Lt", "Sgt", "Capt", "Gov", "Sen", "Rep", "vs", "Inc", "Ltd",
            "Co", "Corp", "Jan", "Feb", "Aug", "Sept", "Oct", "Nov", "Dec",
        ],
        ["de"] =
        [
            "Hr", "Fr", "Dr", "Prof", "St", "Nr", "Str", "bzw", "ca", "evtl", "ggf", "inkl", "usw", "vgl", "Abs", "Mio", "Mrd", "Tel", "Jan",
            "Feb", "Aug", "Sept", "Okt", "Nov", "Dez",
        ],
        ["fr"] = ["M", "MM", "Mme", "Mlle", "Dr", "St", "av", "env", "vol", "janv", "f\u00E9vr", "sept", "oct", "nov", "d\u00E9c"],
    };

    private readonly string language;
    private readonly HashSet<string> abbreviations;

    /// <param name="language">Such as <c>en</c>; of a language that is not known, only the general rules are used.</param>
    public MosesTokenisation(string language)
    {
        this.language = language;
        abbreviations = new HashSet<string>(Abbreviations.GetValueOrDefault(language, []), StringComparer.Ordinal);
    }

    /// <summary>The words and signs of a text.</summary>
    public string[] Tokenise(string text)
    {
        string cut = ControlCharacters.Replace(text, " ");
        cut = Signs.Replace(cut, " $0 ");
        cut = Ellipses.Replace(cut, " $0 ");
        cut = Commas.Replace(cut, " , ");
        cut = Apostrophes(cut);
        return [.. cut.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).SelectMany(FullStop)];
    }

    /// <summary>The text of words and signs: undoes <see cref="Tokenise"/> for ordinary sentences.</summary>
    public string Detokenise(IEnumerable<string> tokens)
    {
        var text = new System.Text.StringBuilder();
        var open = new HashSet<string>(StringComparer.Ordinal);
        bool joinsNext = true;
        foreach (string token in tokens)
        {
            bool isQuote = Quotes.Contains(token);
            string kind = token is "\u201E" or "\u201C" or "\u201D" ? "\u201D" : token is "\u00AB" or "\u00BB" ? "\u00BB" : token;
            bool closes = isQuote && open.Remove(kind);
            bool opens = isQuote && !closes && open.Add(kind);
            bool joinsPrevious = closes || (!opens && (ClosingSigns.IsMatch(token) || IsCliticAfter(token)));
            if (!joinsNext && !joinsPrevious)
                text.Append(' ');
            text.Append(token);
            joinsNext = opens || OpeningSigns.IsMatch(token) || IsCliticBefore(token);
        }
        return text.ToString();
    }

    private string Apostrophes(string text)
    {
        text = LooseApostrophes.Replace(text, " ' ");
        return language switch
        {
            "en" => NumberPlurals.Replace(InnerApostrophes.Replace(text, "$1 '$2"), "$1 '$2"),
            "fr" or "it" => InnerApostrophes.Replace(text, "$1' $2"),
            _ => InnerApostrophes.Replace(text, "$1 ' $2"),
        };
    }

    private IEnumerable<string> FullStop(string word)
    {
        if (word.Length < 2 || word[^1] != '.' || word[^2] == '.')
            return [word];
        string stem = word[..^1];
        return (stem.Contains('.') && stem.Any(char.IsLetter)) || abbreviations.Contains(stem) ? [word] : [stem, "."];
    }

    // 's, 're: cut off the word before. The quotation mark alone is not one.
    private bool IsCliticAfter(string token) => language == "en" && token.Length > 1 && token[0] == '\'' && char.IsLetter(token[1]);

    private bool IsCliticBefore(string token) => language is "fr" or "it" && token.Length > 1 && token[^1] == '\'';

    [GeneratedRegex(@"[\p{Cc}\p{Zl}\p{Zp}]+", RegexOptions.CultureInvariant)]
    private static partial Regex ControlCharacters { get; }

    [GeneratedRegex(@"[\uD800-\uDBFF][\uDC00-\uDFFF]|[^\p{L}\p{M}\p{N}\s.'`,\-\uDC00-\uDFFF]", RegexOptions.CultureInvariant)]
    private static partial Regex Signs { get; }

    [GeneratedRegex(@"\.{2,}", RegexOptions.CultureInvariant)]
    private static partial Regex Ellipses { get; }

    [GeneratedRegex(@"(?<!\p{N}),|,(?!\p{N})", RegexOptions.CultureInvariant)]
    private static partial Regex Commas { get; }

    [GeneratedRegex(@"'(?!\p{L})|(?<![\p{L}\p{M}\p{N}])'(?=\p{L})", RegexOptions.CultureInvariant)]
    private static partial Regex LooseApostrophes { get; }

    [GeneratedRegex(@"([\p{L}\p{M}])'(\p{L})", RegexOptions.CultureInvariant)]
    private static partial Regex InnerApostrophes { get; }

    [GeneratedRegex(@"(\p{N})'(s)", RegexOptions.CultureInvariant)]
    private static partial Regex NumberPlurals { get; }

    [GeneratedRegex(@"^[,.?!:;\\%})\]\u2026\u00BB\u2019]+$", RegexOptions.CultureInvariant)]
    private static partial Regex ClosingSigns { get; }

    [GeneratedRegex(@"^[\p{Sc}(\[{\u00BF\u00A1]+$", RegexOptions.CultureInvariant)]
    private static partial Regex OpeningSigns { get; }
}
