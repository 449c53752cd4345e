using System.Text;

namespace MLNetDeepExtensions.Text;

/// <summary>Words and signs, cut as Moses does. What the vocabulary lacks becomes the unknown token; decoding gives Moses' detokenised
/// text.</summary>
public sealed class WordTokeniser : ITextTokeniser
{
    private readonly MosesTokenisation moses;
    private readonly bool lowerCase;
    private readonly string language;

    /// <param name="vocabulary">The words that are known.</param>
    /// <param name="lowerCase">Makes everything lower case.</param>
    /// <param name="language">Language whose abbreviations and apostrophes are known: <c>en</c>, <c>de</c>, <c>fr</c>, or any other for the
    /// general rules.</param>
    public WordTokeniser(Vocabulary vocabulary, bool lowerCase = false, string language = "en")
    {
        ArgumentNullException.ThrowIfNull(vocabulary);
        ArgumentNullException.ThrowIfNull(language);
        (Vocabulary, this.lowerCase, this.language, moses) = (vocabulary, lowerCase, language, new MosesTokenisation(language));
    }

    /// <summary>The words that are known.</summary>
    public Vocabulary Vocabulary { get; }

    /// <inheritdoc/>
    public int Count => Vocabulary.Count;

    /// <inheritdoc/>
    public SpecialTokens Special => SpecialTokens.First;

    /// <summary>Takes the most frequent words of a text.</summary>
    /// <param name="texts">Sentences of one language.</param>
    /// <param name="minimumCount">Words that appear less often become unknown.</param>
    /// <param name="maximumSize">The most words that are known; null for all.</param>
    /// <param name="lowerCase">Makes everything lower case.</param>
    /// <param name="language">Language whose abbreviations and apostrophes are known.</param>
    public static WordTokeniser Learn(
        IEnumerable<string> texts, int minimumCount = 1, int? maximumSize = null, bool lowerCase = false, string language = "en")
    {
        ArgumentNullException.ThrowIfNull(texts);
        var moses = new MosesTokenisation(language);
        return new WordTokeniser(
            Vocabulary.Learn(texts.SelectMany(text => moses.Tokenise(Cased(text, lowerCase))), minimumCount, maximumSize), lowerCase, language);
    }

    /// <inheritdoc/>
    public int[] Encode(string text) => [.. Split(text).Select(word => Vocabulary[word])];

    /// <inheritdoc/>
    public string[] Split(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return [.. moses.Tokenise(Cased(text, lowerCase))];
    }

    /// <inheritdoc/>
    public string Decode(IEnumerable<int> tokens, Func<int, string>? unknown = null)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        return moses.Detokenise(tokens.Index().Where(token => token.Item == Special.Unknown || Special.NameOf(token.Item) is null)
            .Select(token => token.Item == Special.Unknown && unknown is not null ? unknown(token.Index) : Vocabulary[token.Item]));
    }

    /// <inheritdoc/>
    public string Show(int token) => Vocabulary[token];

    /// <inheritdoc/>
    public SavedTokeniser Save() => new() { Kind = TokeniserKind.Words, Tokens = Vocabulary.Words, LowerCase = lowerCase, Language = language };

    // Half a surrogate pair becomes U+FFFD, as it does when the vocabulary is saved.
    private static string Cased(string text, bool lowerCase)
    {
        string whole = text.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF') < 0 ? text : Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
        return lowerCase ? whole.ToLowerInvariant() : whole;
    }
}
