using System.Text.RegularExpressions;

namespace MLNetDeepExtensions.Text;

/// <summary>
/// Cuts a text into the parts that no subword reaches across: runs of letters, of digits or of other signs, each with the blank before it. Joined, the parts are
/// the text. Scripts without blanks make long parts; none is longer than <see cref="Longest"/> characters, which bounds the time that a part takes.
/// </summary>
internal static partial class SubwordSplit
{
    public const int Longest = 64;

    [GeneratedRegex(
        @" ?[\p{L}\p{M}]{1,64}| ?\p{N}{1,64}| ?(?:[\uD800-\uDBFF][\uDC00-\uDFFF]|[^\s\p{L}\p{M}\p{N}]){1,32}|\s{1,64}(?!\S)|\s",
        RegexOptions.CultureInvariant)]
    public static partial Regex Parts { get; }

    public static IEnumerable<string> Of(string text)
    {
        for (Match match = Parts.Match(text); match.Success; match = match.NextMatch())
            yield return match.Value;
    }
}
