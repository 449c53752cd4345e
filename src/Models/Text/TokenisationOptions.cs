namespace MLNetDeepExtensions.Text;

/// <summary>How the text of one language becomes tokens.</summary>
public sealed record TokenisationOptions
{
    /// <summary>What the tokens are.</summary>
    public TokeniserKind Kind { get; init; }

    /// <summary>Byte pairs: how many merges are learned. With the 256 bytes and the special tokens this is the size of the
    /// vocabulary.</summary>
    public int Merges { get; init; } = 8000;

    /// <summary>Byte pairs: an existing <c>vocab.json</c> that is used instead of learning; with <see cref="MergesFile"/>.</summary>
    public string? VocabularyFile { get; init; }

    /// <summary>Byte pairs: the <c>merges.txt</c> of <see cref="VocabularyFile"/>.</summary>
    public string? MergesFile { get; init; }

    /// <summary>SentencePiece: the model file.</summary>
    public string? ModelFile { get; init; }

    /// <summary>Words, or pairs of bytes, that appear less often in the training text are not learned.</summary>
    public int MinimumCount { get; init; } = 2;

    /// <summary>Words: the most that are known, the frequent ones first; RNNsearch has 30,000. Null for all.</summary>
    public int? MaximumWords { get; init; }

    /// <summary>Words: makes everything lower case.</summary>
    public bool LowerCase { get; init; }

    /// <summary>Words: language whose abbreviations and apostrophes are known (<c>en</c>, <c>de</c>, <c>fr</c>; others by the general
    /// rules).</summary>
    public string Language { get; init; } = "en";

    /// <summary>What is wrong with the values, one sentence each; empty if all is well.</summary>
    public IEnumerable<string> Faults()
    {
        if (!Enum.IsDefined(Kind))
            yield return $"Kind: expected a member of {nameof(TokeniserKind)}, got {Kind}.";
        if (Merges < 0)
            yield return $"Merges: expected 0 or more, got {Merges}.";
        if (MinimumCount < 1)
            yield return $"MinimumCount: expected at least 1, got {MinimumCount}.";
        if (MaximumWords < 1)
            yield return $"MaximumWords: expected at least 1, got {MaximumWords}.";
        if (string.IsNullOrWhiteSpace(Language))
            yield return "Language: expected a language such as 'en'.";
        if (VocabularyFile is null != MergesFile is null)
            yield return "VocabularyFile, MergesFile: expected both or neither.";
        if ((Kind == TokeniserKind.SentencePiece) != ModelFile is not null)
            yield return "ModelFile: expected the model's file if Kind is SentencePiece, and none otherwise.";
    }

    /// <summary>Learns or loads the tokeniser.</summary>
    /// <param name="texts">The training text; read only if something is learned from it.</param>
    /// <exception cref="ArgumentException">The options have faults.</exception>
    /// <exception cref="IOException">A file is not there.</exception>
    /// <exception cref="InvalidDataException">A file is not of its kind.</exception>
    public ITextTokeniser Learn(IEnumerable<string> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        if (Faults().FirstOrDefault() is { } fault)
            throw new ArgumentException(fault);
        return Kind switch
        {
            TokeniserKind.Words => WordTokeniser.Learn(texts, MinimumCount, MaximumWords, LowerCase, Language),
            TokeniserKind.SentencePiece => LoadModel(ModelFile!),
            _ => VocabularyFile is null ? BytePairTokeniser.Learn(texts, Merges, MinimumCount) : LoadPairs(VocabularyFile, MergesFile!),
        };
    }

    private static SentencePieceTokeniser LoadModel(string path)
    {
        using FileStream model = File.OpenRead(path);
        return SentencePieceTokeniser.Load(model);
    }

    private static BytePairTokeniser LoadPairs(string vocabularyPath, string mergesPath)
    {
        using FileStream vocabulary = File.OpenRead(vocabularyPath), merges = File.OpenRead(mergesPath);
        return BytePairTokeniser.Load(vocabulary, merges);
    }
}
