using System.Text.RegularExpressions;

namespace MLNetDeepExtensions.Text.Metrics;

/// <summary>How text is cut into words before it is scored.</summary>
public static partial class ScoringTokenisation
{
    /// <summary>Cuts at blanks only, as <c>multi-bleu.perl</c> does: for text that is tokenised already.</summary>
    public static string[] Blanks(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>sacreBLEU's tokenisation <c>13a</c>, which is that of <c>mteval-v13a</c>: only ASCII signs are cut off.</summary>
    public static string[] Mteval13a(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string cut = text.Replace("<skipped>", "", StringComparison.Ordinal)
            .Replace("-\n", "", StringComparison.Ordinal).Replace('\n', ' ');
        if (cut.Contains('&'))
        {
            cut = cut.Replace("&quot;", "\"", StringComparison.Ordinal).Replace("&amp;", "&", StringComparison.Ordinal)
                .Replace("&lt;", "<", StringComparison.Ordinal).Replace("&gt;", ">", StringComparison.Ordinal);
        }
        cut = AsciiSigns.Replace($" {cut} ", " $1 ");
        cut = PointAfterNoDigit.Replace(cut, "$1 $2 ");
        cut = PointBeforeNoDigit.Replace(cut, " $1 $2");
        cut = HyphenAfterDigit.Replace(cut, "$1 $2 ");
        return Blanks(cut);
    }

    /// <summary>
    /// For captions: lower case, signs and English contractions cut off as in the Penn Treebank, then signs left out. It gives the words
    /// that COCO's scorer gives for ordinary captions.
    /// </summary>
    public static string[] Captions(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string cut = Contractions.Replace(text.ToLowerInvariant(), " $1");
        return Blanks(LeftOut.Replace(cut, " "));
    }

    [GeneratedRegex(@"([\{-\~\[-\` -\&\(-\+\:-\@\/])", RegexOptions.CultureInvariant)]
    private static partial Regex AsciiSigns { get; }

    [GeneratedRegex(@"([^0-9])([\.,])", RegexOptions.CultureInvariant)]
    private static partial Regex PointAfterNoDigit { get; }

    [GeneratedRegex(@"([\.,])([^0-9])", RegexOptions.CultureInvariant)]
    private static partial Regex PointBeforeNoDigit { get; }

    [GeneratedRegex(@"([0-9])(-)", RegexOptions.CultureInvariant)]
    private static partial Regex HyphenAfterDigit { get; }

    [GeneratedRegex(@"(?<=\p{L})(n't|'(?:s|re|ve|ll|d|m))(?!\p{L})", RegexOptions.CultureInvariant)]
    private static partial Regex Contractions { get; }

    // Points and commas inside numbers, hyphens and apostrophes inside words stay.
    [GeneratedRegex(
        @"(?<!\p{N})[.,]|[.,](?!\p{N})|(?<![\p{L}\p{N}])-+|-+(?![\p{L}\p{N}])|--+|'(?!\p{L})|(?<!\S)'(?!(?:s|re|ve|ll|d|m)(?!\p{L}))"
        + @"|[""`?!:;(){}\[\]\u2018\u2019\u201C\u201D\u2026]", RegexOptions.CultureInvariant)]
    private static partial Regex LeftOut { get; }
}
