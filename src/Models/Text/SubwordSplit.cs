using System.Text.RegularExpressions;

namespace MLNetDeepExtensions.Text;

/// <summary>
/// Cuts a text into the parts that no subword reaches across: runs of letters, of digits or of other signs, each with the blank before it.
/// Joined, the parts are the text. Scripts without blanks make long parts; none is longer than 64 letters, which bounds the time that a
/// part takes.
/// </summary>
internal static partial class SubwordSplit
{
    [GeneratedRegex(
        @" ?[\p{L}\p{M}]{1,64}| ?\p{N}{1,64}| ?(?:[\uD800-\uDBFF][\uDC00-\uDFFF]|[^\s\p{L}\p{M}\p{N}]){1,32}|\s{1,64}(?!\S)|\s",
        RegexOptions.CultureInvariant)]
    public static partial Regex Parts { get; }

    /// <summary>
    /// The parts that GPT-2's and RoBERTa's vocabularies were learned from: English contractions such as 's stand alone. The bound on their
    /// length, which those have not, is far beyond any word.
    /// </summary>
    [GeneratedRegex(
        @"'(?:[sdmt]|ll|ve|re)| ?\p{L}{1,1024}| ?\p{N}{1,1024}| ?(?:[\uD800-\uDBFF][\uDC00-\uDFFF]|[^\s\p{L}\p{N}]){1,512}"
        + @"|\s{1,1024}(?!\S)|\s", RegexOptions.CultureInvariant)]
    public static partial Regex Gpt2Parts { get; }
}
