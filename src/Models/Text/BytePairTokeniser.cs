using Microsoft.ML.Tokenizers;

namespace MLNetDeepExtensions.Text;

/// <summary>
/// Subwords: merges of neighbouring bytes. Every text has tokens, whatever its script, and the tokens give exactly that text again (but for
/// unpaired surrogates, which no UTF-8 can hold and which become U+FFFD). Microsoft.ML.Tokenizers does the encoding.
/// </summary>
public sealed class BytePairTokeniser : ITextTokeniser
{
    private readonly BpeTokenizer encoder;
    private readonly IReadOnlyList<string> tokens;
    private readonly IReadOnlyList<string> merges;
    private readonly bool isForeign;
    private readonly string?[] byNumber;

    private BytePairTokeniser(IReadOnlyList<string> tokens, IReadOnlyList<string> merges, bool isForeign)
    {
        (this.tokens, this.merges, this.isForeign) = (tokens, merges, isForeign);
        int first = isForeign ? 0 : SpecialTokens.Count;
        Special = isForeign ? SpecialsOf(tokens) : SpecialTokens.First;
        Count = Math.Max(first + tokens.Count, 1 + new[] { Special.Pad, Special.Start, Special.End, Special.Unknown }.Max());
        byNumber = new string?[Count];
        for (int i = 0; i < tokens.Count; i++)
            byNumber[first + i] = tokens[i];
        encoder = BpeTokenizer.Create(new BpeOptions(tokens.Select((token, i) => KeyValuePair.Create(token, first + i)))
        {
            Merges = merges,
            ByteLevel = true,
            PreTokenizer = new RegexPreTokenizer(isForeign ? SubwordSplit.Gpt2Parts : SubwordSplit.Parts, specialTokens: null),
        });
    }

    /// <inheritdoc/>
    public int Count { get; }

    /// <inheritdoc/>
    public SpecialTokens Special { get; }

    /// <summary>Learns merges from text. The vocabulary holds the special tokens, the 256 bytes and a token for each merge.</summary>
    /// <param name="texts">Sentences of one language, or of both for a joint vocabulary.</param>
    /// <param name="merges">How many merges to learn; fewer if the text has too few frequent pairs.</param>
    /// <param name="minimumCount">Rarer pairs are not merged.</param>
    public static BytePairTokeniser Learn(IEnumerable<string> texts, int merges, int minimumCount = 2)
    {
        ArgumentNullException.ThrowIfNull(texts);
        ArgumentOutOfRangeException.ThrowIfNegative(merges);
        return FromMerges([.. BytePairLearning.Learn(texts, merges, minimumCount).Select(pair => pair.ToString())]);
    }

    /// <summary>Takes an existing byte-level vocabulary, such as GPT-2's; its numbers are kept.</summary>
    /// <remarks>
    /// Text is cut before merging as GPT-2 does it. Of the special tokens, those named as in RoBERTa (<c>&lt;pad&gt;</c>,
    /// <c>&lt;s&gt;</c>, <c>&lt;/s&gt;</c>, <c>&lt;unk&gt;</c>) are found in the vocabulary; the others are added behind it.
    /// </remarks>
    /// <param name="vocabulary">The file <c>vocab.json</c>: an object with a number for each token, from 0 without a gap.</param>
    /// <param name="merges">The file <c>merges.txt</c>: two tokens a line, the most important first.</param>
    /// <exception cref="InvalidDataException">A file is not of this kind, or the two do not fit together.</exception>
    public static BytePairTokeniser Load(Stream vocabulary, Stream merges)
    {
        ArgumentNullException.ThrowIfNull(vocabulary);
        ArgumentNullException.ThrowIfNull(merges);
        return FromTokens(BytePairFiles.ReadVocabulary(vocabulary), BytePairFiles.ReadMerges(merges));
    }

    /// <inheritdoc/>
    public int[] Encode(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Length == 0 ? [] : [.. encoder.EncodeToIds(WellFormed(text))];
    }

    /// <inheritdoc/>
    /// <remarks>Every text has tokens, so that the unknown one stands for none.</remarks>
    public string Decode(IEnumerable<int> tokens, Func<int, string>? unknown = null)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        return ByteAlphabet.Decode(tokens.Where(token => token == Special.Unknown || Special.NameOf(token) is null).Select(PieceOf));
    }

    /// <inheritdoc/>
    public string Show(int token) => ByteAlphabet.Decode([PieceOf(token)]);

    /// <inheritdoc/>
    public SavedTokeniser Save() => new()
    {
        Kind = TokeniserKind.BytePairs,
        Tokens = isForeign ? tokens : null,
        Merges = merges,
    };

    internal static BytePairTokeniser FromMerges(IReadOnlyList<string> merges) =>
        new(TokensOf(merges), merges, isForeign: false);

    /// <summary>The tokens of learned merges: the bytes, then what the merges give. Two merges may give the same token.</summary>
    internal static IReadOnlyList<string> TokensOf(IReadOnlyList<string> merges) =>
        [.. ByteAlphabet.All.Select(c => c.ToString()).Concat(merges.Select(line => line.Replace(" ", "")))
            .Distinct(StringComparer.Ordinal)];

    internal static BytePairTokeniser FromTokens(IReadOnlyList<string> tokens, IReadOnlyList<string> merges)
    {
        string[] faults = [.. BytePairFiles.Faults(tokens, merges).Take(1)];
        return faults.Length == 0 ? new BytePairTokeniser(tokens, merges, isForeign: true) : throw new InvalidDataException(faults[0]);
    }

    private string PieceOf(int token)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(token);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(token, Count);
        return Special.NameOf(token) ?? byNumber[token] ?? "";
    }

    private static SpecialTokens SpecialsOf(IReadOnlyList<string> tokens)
    {
        int next = tokens.Count;
        int[] found = [.. SpecialTokens.Names.Select(name => IndexOf(tokens, name) is >= 0 and int number ? number : next++)];
        return new SpecialTokens(found[0], found[1], found[2], found[3]);
    }

    private static int IndexOf(IReadOnlyList<string> tokens, string token)
    {
        for (int i = 0; i < tokens.Count; i++)
        {
            if (tokens[i] == token)
                return i;
        }
        return -1;
    }

    private static string WellFormed(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i]))
                continue;
            if (!char.IsHighSurrogate(text[i]) || i + 1 == text.Length || !char.IsLowSurrogate(text[i + 1]))
                return System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(text));
            i++;
        }
        return text;
    }
}
