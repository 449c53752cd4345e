namespace MLNetDeepExtensions.Text;

/// <summary>
/// Tokens of sentences with a limit of length. Counts what is cut and what is unknown, so that it can be reported. Many threads may use
/// one.
/// </summary>
/// <param name="tokeniser">Makes the tokens.</param>
/// <param name="maximumLength">The most tokens of a sentence, its end token included; longer sentences lose their last tokens.</param>
public sealed class SentenceEncoder(ITextTokeniser tokeniser, int maximumLength)
{
    private long sentences;
    private long truncated;
    private long tokens;
    private long unknown;

    /// <summary>Makes the tokens.</summary>
    public ITextTokeniser Tokeniser { get; } = tokeniser ?? throw new ArgumentNullException(nameof(tokeniser));

    /// <summary>The most tokens of a sentence, its end token included.</summary>
    public int MaximumLength { get; } =
        maximumLength >= 1 ? maximumLength : throw new ArgumentOutOfRangeException(nameof(maximumLength), maximumLength, "Expected at least 1.");

    /// <summary>Sentences so far.</summary>
    public long Sentences => Interlocked.Read(ref sentences);

    /// <summary>Sentences that lost tokens so far.</summary>
    public long Truncated => Interlocked.Read(ref truncated);

    /// <summary>Tokens kept so far, without end tokens.</summary>
    public long Tokens => Interlocked.Read(ref tokens);

    /// <summary>Unknown tokens among them.</summary>
    public long Unknown => Interlocked.Read(ref unknown);

    /// <summary>The tokens of a sentence and the end token.</summary>
    public int[] Encode(string text) => Encode(text, out _);

    /// <summary>The tokens of a sentence and the end token.</summary>
    /// <param name="text">The sentence.</param>
    /// <param name="isCut">Whether it lost tokens.</param>
    public int[] Encode(string text, out bool isCut)
    {
        int[] all = Tokeniser.Encode(text);
        int kept = Math.Min(all.Length, MaximumLength - 1);
        Interlocked.Increment(ref sentences);
        Interlocked.Add(ref tokens, kept);
        Interlocked.Add(ref unknown, all.AsSpan(0, kept).Count(Tokeniser.Special.Unknown));
        isCut = kept < all.Length;
        if (isCut)
            Interlocked.Increment(ref truncated);
        return [.. all.AsSpan(0, kept), Tokeniser.Special.End];
    }

    /// <summary>One line for a log: what was cut and what was unknown; null if nothing was.</summary>
    /// <param name="role">Which sentences, such as "source".</param>
    public string? Report(string role) => Truncated == 0 && Unknown == 0 ? null : FormattableString.Invariant(
        $"Of {Sentences} {role} sentences, {Truncated} were cut to {MaximumLength} tokens; ")
        + FormattableString.Invariant($"of {Tokens} tokens, {Unknown} ({100.0 * Unknown / Math.Max(1, Tokens):0.##} %) are unknown.");
}
