namespace MLNetDeepExtensions.Translation;

/// <summary>How a Transformer knows where a token stands.</summary>
public enum PositionKind
{
    /// <summary>Sines and cosines (section 3.5): any length, nothing to learn.</summary>
    Sinusoidal,

    /// <summary>A learned vector for each position (table 3, row E), up to <see cref="TransformerNetworkOptions.MaximumLength"/>.</summary>
    Learned,
}

/// <summary>What a Transformer is (Vaswani et al., Attention Is All You Need, arXiv 1706.03762). Saved with the weights; defaults are the
/// paper's base model (table 3).</summary>
public sealed record TransformerNetworkOptions
{
    private const int LargestSize = 1 << 16;

    /// <summary>The paper's base model.</summary>
    public static TransformerNetworkOptions Base { get; } = new();

    /// <summary>The paper's big model, for English to German; for English to French its dropout is 0.1 (section 6.1).</summary>
    public static TransformerNetworkOptions Big { get; } = new() { ModelSize = 1024, FeedForwardSize = 4096, Heads = 16, Dropout = 0.3 };

    /// <summary>Layers of the encoder, and as many of the decoder: N.</summary>
    public int Layers { get; init; } = 6;

    /// <summary>Numbers that stand for a token between layers: d_model.</summary>
    public int ModelSize { get; init; } = 512;

    /// <summary>Units inside the position-wise layers: d_ff.</summary>
    public int FeedForwardSize { get; init; } = 2048;

    /// <summary>Attention heads: h.</summary>
    public int Heads { get; init; } = 8;

    /// <summary>Numbers of a head's queries and keys, d_k; null for the model's size over the heads.</summary>
    public int? KeySize { get; init; }

    /// <summary>Numbers of a head's values, d_v; null for the model's size over the heads.</summary>
    public int? ValueSize { get; init; }

    /// <summary>Part of the outputs of sub-layers, and of embeddings with positions, that is dropped in training (section 5.4). 0 to below
    /// 1.</summary>
    public double Dropout { get; init; } = 0.1;

    /// <summary>Part of the attention weights that is dropped in training. 0 to below 1; the paper has none.</summary>
    public double AttentionDropout { get; init; }

    /// <summary>Part of the units inside the position-wise layers that is dropped in training. 0 to below 1; the paper has none.</summary>
    public double ActivationDropout { get; init; }

    /// <summary>How the network knows where a token stands.</summary>
    public PositionKind Positions { get; init; }

    /// <summary>With learned positions, the most tokens of a source sentence; later target tokens share the last position.</summary>
    public int MaximumLength { get; init; } = 1024;

    /// <summary>Normalises the inputs of sub-layers, and once more after the last layer, as later work does; the paper normalises the sums
    /// (section 3.1).</summary>
    public bool PreNormalisation { get; init; }

    /// <summary>The projections of attention have biases, as in almost all public weights; the paper's formulas have none.</summary>
    public bool AttentionBiases { get; init; } = true;

    /// <summary>Source and target have one embedding (section 3.4); they need one vocabulary.</summary>
    public bool SharedEmbeddings { get; init; } = true;

    /// <summary>The layer before the softmax has the weights of the target's embedding, and no biases (section 3.4).</summary>
    public bool TiedSoftmax { get; init; } = true;

    /// <summary>Tokens of the source; the trainer fills it in. 0 while unknown.</summary>
    public int SourceVocabulary { get; init; }

    /// <summary>Tokens of the target; the trainer fills it in. 0 while unknown.</summary>
    public int TargetVocabulary { get; init; }

    /// <summary>What is wrong with the values, one sentence each; empty if all is well.</summary>
    public IEnumerable<string> Faults()
    {
        foreach ((string name, int value, int least) in new (string, int, int)[]
        {
            (nameof(Layers), Layers, 1), (nameof(ModelSize), ModelSize, 2), (nameof(FeedForwardSize), FeedForwardSize, 1), (nameof(Heads), Heads, 1),
            (nameof(KeySize), KeySize ?? 1, 1), (nameof(ValueSize), ValueSize ?? 1, 1), (nameof(MaximumLength), MaximumLength, 2),
        })
        {
            if (value < least || value > LargestSize)
                yield return $"{name}: expected {least} to {LargestSize}, got {value}.";
        }
        if (ModelSize % 2 != 0)
            yield return $"{nameof(ModelSize)}: expected an even number, for pairs of sine and cosine, got {ModelSize}.";
        if (Heads >= 1 && ModelSize % Heads != 0 && (KeySize is null || ValueSize is null))
            yield return $"{nameof(Heads)}: expected a divisor of {nameof(ModelSize)} ({ModelSize}) unless {nameof(KeySize)} and {nameof(ValueSize)} are given, got {Heads}.";
        foreach ((string name, double value) in new[]
        {
            (nameof(Dropout), Dropout), (nameof(AttentionDropout), AttentionDropout), (nameof(ActivationDropout), ActivationDropout),
        })
        {
            if (value is not (>= 0 and < 1))
                yield return $"{name}: expected 0 to below 1, got {value}.";
        }
        if (!Enum.IsDefined(Positions))
            yield return $"{nameof(Positions)}: expected a member of {nameof(PositionKind)}, got {Positions}.";
        if (SourceVocabulary < 0 || TargetVocabulary < 0)
            yield return $"{nameof(SourceVocabulary)}, {nameof(TargetVocabulary)}: expected 0 or more, got {SourceVocabulary} and {TargetVocabulary}.";
        if (SharedEmbeddings && SourceVocabulary != TargetVocabulary)
            yield return $"{nameof(SharedEmbeddings)}: expected one vocabulary, got {SourceVocabulary} source and {TargetVocabulary} target tokens.";
    }
}
