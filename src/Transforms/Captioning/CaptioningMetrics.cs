using MLNetDeepExtensions.Text.Metrics;

namespace Microsoft.ML.Data;

/// <summary>How close captions of images are to references. Higher is better. Words are compared in lower case and without
/// punctuation.</summary>
public sealed class CaptioningMetrics
{
    internal CaptioningMetrics(BleuScore bleu, double meteor, double ciderD, IReadOnlyList<CaptionMetrics> perImage) =>
        (BleuDetails, Meteor, CiderD, PerImage) = (bleu, meteor, ciderD, perImage);

    /// <summary>BLEU of the corpus with single words; 0 to 1.</summary>
    public double Bleu1 => BleuDetails.Of(1);

    /// <summary>BLEU of the corpus with runs of up to 2 words; 0 to 1.</summary>
    public double Bleu2 => BleuDetails.Of(2);

    /// <summary>BLEU of the corpus with runs of up to 3 words; 0 to 1.</summary>
    public double Bleu3 => BleuDetails.Of(3);

    /// <summary>BLEU of the corpus with runs of up to 4 words; 0 to 1.</summary>
    public double Bleu4 => BleuDetails.Of(4);

    /// <summary>METEOR of the corpus with the stages exact and stem, constants of 2005, English stems; 0 to 1. Not comparable with METEOR
    /// 1.5.</summary>
    public double Meteor { get; }

    /// <summary>CIDEr-D, mean over the images; 0 to 10, and published times 10 or 100. It depends on the whole set: never compare two
    /// sets.</summary>
    public double CiderD { get; }

    /// <summary>Precisions, lengths and counts behind BLEU.</summary>
    public BleuScore BleuDetails { get; }

    /// <summary>The numbers of each image, in the order of the data.</summary>
    public IReadOnlyList<CaptionMetrics> PerImage { get; }

    /// <summary>Number of images.</summary>
    public int ImageCount => PerImage.Count;
}

/// <summary>How close the caption of one image is to its references.</summary>
public sealed class CaptionMetrics
{
    internal CaptionMetrics(string caption, double bleu4, double meteor, double ciderD) =>
        (Caption, Bleu4, Meteor, CiderD) = (caption, bleu4, meteor, ciderD);

    /// <summary>The caption.</summary>
    public string Caption { get; }

    /// <summary>BLEU of this caption alone, smoothed, of the orders that it is long enough for; 0 to 1.</summary>
    public double Bleu4 { get; }

    /// <summary>METEOR (exact, stem) of this caption alone; 0 to 1.</summary>
    public double Meteor { get; }

    /// <summary>CIDEr-D of this caption within the set; 0 to 10.</summary>
    public double CiderD { get; }
}
