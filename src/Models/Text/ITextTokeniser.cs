namespace MLNetDeepExtensions.Text;

/// <summary>Turns text into the numbers of tokens and back. Many threads may use one.</summary>
public interface ITextTokeniser
{
    /// <summary>Tokens of the vocabulary, the special ones included: numbers are 0 to this, exclusive.</summary>
    int Count { get; }

    /// <summary>The tokens that stand for no text.</summary>
    SpecialTokens Special { get; }

    /// <summary>Tokens of a text, of any length, without start and end. Of the special tokens only the unknown one may be among
    /// them.</summary>
    int[] Encode(string text);

    /// <summary>The tokens of a text as they stand there, also where they are unknown: one for each that <see cref="Encode"/> gives.</summary>
    string[] Split(string text) => [.. Encode(text).Select(Show)];

    /// <summary>The text of tokens; the special ones are left out, but for the unknown one, which is shown.</summary>
    /// <param name="tokens">Their numbers.</param>
    /// <param name="unknown">What is shown for an unknown token at a place; null for the name of the token.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is not one of the vocabulary.</exception>
    string Decode(IEnumerable<int> tokens, Func<int, string>? unknown = null);

    /// <summary>How one token is shown. A subword may be a part of a character, which shows as U+FFFD.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is not one of the vocabulary.</exception>
    string Show(int token);

    /// <summary>All that is needed to make it again.</summary>
    SavedTokeniser Save();
}
