namespace MLNetDeepExtensions.Translation;

/// <summary>When the decoder of RNNsearch reads the word before the one that it predicts.</summary>
public enum DecoderOrder
{
    /// <summary>As the authors' code (GroundHog), which gave the paper's numbers: the word is read first, so that the alignment
    /// depends on it.</summary>
    PublishedCode,

    /// <summary>As the formulas of appendix A.2.2: the words before it decide what is aligned; the word itself goes into the output
    /// and into the next state.</summary>
    Appendix,
}
