using MLNetDeepExtensions.Blocks;
using MLNetDeepExtensions.Decoding;

namespace MLNetDeepExtensions.Translation;

/// <summary>What becomes of words that the target vocabulary lacks. With subwords there are none.</summary>
public enum UnknownWords
{
    /// <summary>The unknown token is never chosen.</summary>
    Avoid,

    /// <summary>The unknown token may be chosen and is shown as <c>&lt;unk&gt;</c>.</summary>
    Keep,

    /// <summary>The unknown token may be chosen; in its place stands the source word that was attended to most (Luong et al., arXiv
    /// 1410.8206; Jean et al., arXiv 1412.2007).</summary>
    Replace,
}

/// <summary>How a trained translator translates. Defaults: the Transformer's (section 6.1).</summary>
public sealed record TranslationOptions
{
    /// <summary>How the best translation is searched for, and how many are given. Whether the unknown token may be chosen is
    /// decided by <see cref="UnknownWords"/>.</summary>
    public BeamSearchOptions Search { get; init; } = new();

    /// <summary>What becomes of words that the target vocabulary lacks.</summary>
    public UnknownWords UnknownWords { get; init; }

    /// <summary>The most tokens of a source sentence, its end token included. Longer ones are cut, which is counted and logged. At least
    /// 2.</summary>
    public int MaximumSourceLength { get; init; } = 512;

    /// <summary>Sentences that go through the network at once. At least 1.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>The number format of weights and activations.</summary>
    public Precision Precision { get; init; }

    /// <summary>What is wrong with the values, one sentence each; empty if all is well.</summary>
    public IEnumerable<string> Faults()
    {
        foreach (string fault in Search?.Faults() ?? ["expected options, got null."])
            yield return $"{nameof(Search)}.{fault}";
        if (!Enum.IsDefined(UnknownWords))
            yield return $"{nameof(UnknownWords)}: expected a member of {nameof(MLNetDeepExtensions.Translation.UnknownWords)}, got {UnknownWords}.";
        if (MaximumSourceLength < 2)
            yield return $"{nameof(MaximumSourceLength)}: expected at least 2, got {MaximumSourceLength}.";
        if (BatchSize < 1)
            yield return $"{nameof(BatchSize)}: expected at least 1, got {BatchSize}.";
        if (!Enum.IsDefined(Precision))
            yield return $"{nameof(Precision)}: expected a member of {nameof(Blocks.Precision)}, got {Precision}.";
    }
}
