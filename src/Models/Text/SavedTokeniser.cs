namespace MLNetDeepExtensions.Text;

/// <summary>What the tokens are.</summary>
public enum TokeniserKind
{
    /// <summary>Merges of neighbouring bytes (<see cref="BytePairTokeniser"/>).</summary>
    BytePairs,

    /// <summary>Words and signs (<see cref="WordTokeniser"/>).</summary>
    Words,

    /// <summary>An existing SentencePiece model (<see cref="SentencePieceTokeniser"/>).</summary>
    SentencePiece,
}

/// <summary>A tokeniser as it stands in a saved model.</summary>
public sealed record SavedTokeniser
{
    /// <summary>What the tokens are.</summary>
    public TokeniserKind Kind { get; init; }

    /// <summary>The tokens in the order of their numbers: words without the special tokens, or the whole vocabulary of an existing
    /// byte-pair model. Null otherwise.</summary>
    public IReadOnlyList<string>? Tokens { get; init; }

    /// <summary>Byte pairs: the merges, as in <c>merges.txt</c>.</summary>
    public IReadOnlyList<string>? Merges { get; init; }

    /// <summary>SentencePiece: the model file.</summary>
    public byte[]? Model { get; init; }

    /// <summary>Words: everything is made lower case.</summary>
    public bool LowerCase { get; init; }

    /// <summary>Words: the language whose abbreviations and apostrophes are known, such as <c>en</c>.</summary>
    public string? Language { get; init; }

    /// <summary>What is wrong with the values, one sentence each; empty if all is well.</summary>
    public IEnumerable<string> Faults()
    {
        if (!Enum.IsDefined(Kind))
            yield return $"Kind: expected a member of {nameof(TokeniserKind)}, got {Kind}.";
        if (Kind == TokeniserKind.SentencePiece && Model is not { Length: > 0 })
            yield return "Model: expected the bytes of a SentencePiece model.";
        if (Kind == TokeniserKind.Words && Tokens is null)
            yield return "Tokens: expected the words of the vocabulary.";
        if (Kind == TokeniserKind.BytePairs && Merges is null)
            yield return "Merges: expected the merges of the vocabulary.";
        foreach (string fault in Kind switch
        {
            TokeniserKind.Words when Tokens is not null => Vocabulary.Faults(Tokens),
            TokeniserKind.BytePairs when Merges is not null => BytePairFiles.Faults(Tokens ?? BytePairTokeniser.TokensOf(Merges), Merges),
            _ => [],
        })
        {
            yield return fault;
        }
    }

    /// <summary>Makes the tokeniser.</summary>
    /// <exception cref="InvalidDataException">There are faults.</exception>
    public ITextTokeniser Create()
    {
        if (Faults().FirstOrDefault() is { } fault)
            throw new InvalidDataException($"The tokeniser is not valid. {fault}");
        return Kind switch
        {
            TokeniserKind.Words => new WordTokeniser(new Vocabulary(Tokens!), LowerCase, Language ?? "en"),
            TokeniserKind.SentencePiece => SentencePieceTokeniser.FromBytes(Model!),
            _ => Tokens is null ? BytePairTokeniser.FromMerges(Merges!) : BytePairTokeniser.FromTokens(Tokens, Merges!),
        };
    }
}
