using MLNetDeepExtensions.Text.Metrics;

namespace Microsoft.ML.Data;

/// <summary>How close translations are to references. Every number is 0 to 1, higher is better; papers print them times 100.</summary>
public sealed class TranslationMetrics
{
    internal TranslationMetrics(
        BleuScore bleu, BleuScore tokenisedBleu, double meteor, IReadOnlyList<TranslationSentenceMetrics> perSentence, string signature) =>
        (BleuDetails, TokenisedBleuDetails, Meteor, PerSentence, Signature) = (bleu, tokenisedBleu, meteor, perSentence, signature);

    /// <summary>BLEU of the corpus as sacreBLEU computes it by default: its tokenisation 13a, exponential smoothing.</summary>
    public double Bleu => BleuDetails.Score;

    /// <summary>BLEU of the corpus as <c>multi-bleu.perl</c> computes it: words are what stands between blanks, without smoothing. Of use
    /// where the text is tokenised already.</summary>
    public double TokenisedBleu => TokenisedBleuDetails.Score;

    /// <summary>METEOR of the corpus with the stages exact and stem, constants of 2005, English stems, without regard to case; not
    /// comparable with METEOR 1.5.</summary>
    public double Meteor { get; }

    /// <summary>Precisions, lengths and counts behind <see cref="Bleu"/>; BLEU-1 to BLEU-4 by <c>Of</c>.</summary>
    public BleuScore BleuDetails { get; }

    /// <summary>Precisions, lengths and counts behind <see cref="TokenisedBleu"/>.</summary>
    public BleuScore TokenisedBleuDetails { get; }

    /// <summary>The numbers of each sentence, in the order of the data.</summary>
    public IReadOnlyList<TranslationSentenceMetrics> PerSentence { get; }

    /// <summary>How <see cref="Bleu"/> was computed, in sacreBLEU's form.</summary>
    public string Signature { get; }

    /// <summary>Number of sentences.</summary>
    public int SentenceCount => PerSentence.Count;
}

/// <summary>How close one translation is to its references.</summary>
public sealed class TranslationSentenceMetrics
{
    internal TranslationSentenceMetrics(string translation, double bleu, double meteor, long referenceLength) =>
        (Translation, Bleu, Meteor, ReferenceLength) = (translation, bleu, meteor, referenceLength);

    /// <summary>The translation.</summary>
    public string Translation { get; }

    /// <summary>BLEU of this sentence alone, smoothed, of the orders that it is long enough for (sacreBLEU's <c>sentence_bleu</c>). 0 to
    /// 1.</summary>
    public double Bleu { get; }

    /// <summary>METEOR (exact, stem) of this sentence alone. 0 to 1.</summary>
    public double Meteor { get; }

    /// <summary>Words of the reference that is closest in length.</summary>
    public long ReferenceLength { get; }
}
