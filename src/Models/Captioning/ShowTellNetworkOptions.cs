using MLNetDeepExtensions.Classification;

namespace MLNetDeepExtensions.Captioning;

/// <summary>What a Show and Tell network is (Vinyals et al., arXiv 1411.4555). Saved with the weights; defaults are the paper's.</summary>
public sealed record ShowTellNetworkOptions
{
    /// <summary>
    /// The classifier whose convolutional part, averaged over space, sees the image: architecture, squeeze-and-excitation blocks, image size
    /// and range of pixels. Its <c>Classes</c> and <c>Dropout</c> play no part. The paper has a GoogLeNet with batch normalisation (section
    /// 3.1); im2txt has Inception-v3 at 299 pixels.
    /// </summary>
    public SENetNetworkOptions Encoder { get; init; } = new() { Architecture = SENetArchitecture.BNInception, SqueezeExcitation = null };

    /// <summary>Tokens of the vocabulary, the special ones included; the trainer fills it in. 0 while unknown.</summary>
    public int VocabularySize { get; init; }

    /// <summary>Numbers of the vector of a word, and of the image as the first input of the LSTM. At least 1; the paper has 512 (section
    /// 4.3.1).</summary>
    public int EmbeddingSize { get; init; } = 512;

    /// <summary>Numbers of the LSTM's memory. At least 1; the paper has 512 (section 4.3.1).</summary>
    public int HiddenSize { get; init; } = 512;

    /// <summary>The recurrent cell.</summary>
    public ShowTellLstm Lstm { get; init; }

    /// <summary>Share of the LSTM's inputs and of its outputs that are dropped in training, 0 to below 1. The paper uses dropout without a
    /// figure (section 4.3.1); im2txt has 0.3.</summary>
    public float Dropout { get; init; } = 0.3f;

    /// <summary>What is wrong with the values, one sentence each; empty if all is well.</summary>
    public IEnumerable<string> Faults()
    {
        foreach (string fault in Encoder.Faults())
            yield return $"{nameof(Encoder)}.{fault}";
        if (VocabularySize < 0)
            yield return $"{nameof(VocabularySize)}: expected at least 0, got {VocabularySize}.";
        if (EmbeddingSize < 1)
            yield return $"{nameof(EmbeddingSize)}: expected at least 1, got {EmbeddingSize}.";
        if (HiddenSize < 1)
            yield return $"{nameof(HiddenSize)}: expected at least 1, got {HiddenSize}.";
        if (!Enum.IsDefined(Lstm))
            yield return $"{nameof(Lstm)}: expected a member of {nameof(ShowTellLstm)}, got {Lstm}.";
        if (!(Dropout is >= 0 and < 1))
            yield return $"{nameof(Dropout)}: expected 0 to below 1, got {Dropout}.";
    }
}
