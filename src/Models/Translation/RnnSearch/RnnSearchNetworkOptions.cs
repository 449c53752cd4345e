namespace MLNetDeepExtensions.Translation;

/// <summary>What an RNNsearch network is (Bahdanau, Cho and Bengio, ICLR 2015, arXiv 1409.0473). Saved with the weights; defaults are the
/// paper's (appendix A.2).</summary>
public sealed record RnnSearchNetworkOptions
{
    /// <summary>Tokens of the source language; the trainer fills it in. 0 while unknown.</summary>
    public int SourceVocabulary { get; init; }

    /// <summary>Tokens of the target language; the trainer fills it in. 0 while unknown.</summary>
    public int TargetVocabulary { get; init; }

    /// <summary>Numbers that stand for a word, m.</summary>
    public int EmbeddingSize { get; init; } = 620;

    /// <summary>Units of each recurrent layer, n: forward, backward, and the decoder.</summary>
    public int HiddenSize { get; init; } = 1000;

    /// <summary>Units of the alignment model, n'.</summary>
    public int AlignmentSize { get; init; } = 1000;

    /// <summary>Maxout units of the output, l; each is the larger of two numbers.</summary>
    public int MaxoutSize { get; init; } = 500;

    /// <summary>True for RNNsearch. False for the baseline RNNencdec (Cho et al. 2014), which knows of the source only the last state of
    /// a forward layer.</summary>
    public bool Attention { get; init; } = true;

    /// <summary>When the decoder reads the previous word.</summary>
    public DecoderOrder Order { get; init; }

    /// <summary>Share of embeddings and maxout units that are dropped in training, 0 to below 1; the paper has none.</summary>
    public double Dropout { get; init; }

    /// <summary>Standard deviation of first weights (appendix B.1), but for recurrent ones, which are orthogonal, and those of the
    /// alignment model. Small networks learn sooner from about 0.1.</summary>
    public double InitialDeviation { get; init; } = 0.01;

    /// <summary>Standard deviation of the first weights W_a and U_a of the alignment model (appendix B.1); v_a is zero.</summary>
    public double InitialAlignmentDeviation { get; init; } = 0.001;

    /// <summary>What is wrong with the values, one sentence each; empty if all is well.</summary>
    public IEnumerable<string> Faults()
    {
        foreach ((string name, int value, int least) in new[] {
            (nameof(SourceVocabulary), SourceVocabulary, 0), (nameof(TargetVocabulary), TargetVocabulary, 0),
            (nameof(EmbeddingSize), EmbeddingSize, 1), (nameof(HiddenSize), HiddenSize, 1),
            (nameof(AlignmentSize), AlignmentSize, 1), (nameof(MaxoutSize), MaxoutSize, 1) })
        {
            if (value < least)
                yield return $"{name}: expected at least {least}, got {value}.";
        }
        if (!Enum.IsDefined(Order))
            yield return $"{nameof(Order)}: expected a member of {nameof(DecoderOrder)}, got {Order}.";
        if (Dropout is not (>= 0 and < 1))
            yield return $"{nameof(Dropout)}: expected 0 to below 1, got {Dropout}.";
        foreach ((string name, double value) in new[] {
            (nameof(InitialDeviation), InitialDeviation), (nameof(InitialAlignmentDeviation), InitialAlignmentDeviation) })
        {
            if (!(value > 0 && double.IsFinite(value)))
                yield return $"{name}: expected a finite number above 0, got {value}.";
        }
    }
}
