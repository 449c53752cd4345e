namespace MLNetDeepExtensions.Detection;

/// <summary>What a Faster R-CNN learns from: matching, sampling and weights of its four losses. Needed in training only; defaults are the
/// paper's and, where it is silent, those of its authors' end-to-end code.</summary>
public sealed record FasterRcnnLossOptions
{
    /// <summary>torchvision's training: more samples, anchors across the border take part, the same smooth L1 for both boxes.</summary>
    public static FasterRcnnLossOptions Torchvision { get; } = new()
    {
        IgnoreBorderAnchors = false, ProposalsBeforeNms = 2000, RegionSamples = 512, RegionBoxBeta = 1.0 / 9,
    };

    /// <summary>Overlap from which on an anchor holds an object (section 3.1.2); the best anchors of each object always do.</summary>
    public double AnchorForeground { get; init; } = 0.7;

    /// <summary>Overlap below which an anchor is background (section 3.1.2); between both it is ignored.</summary>
    public double AnchorBackground { get; init; } = 0.3;

    /// <summary>Anchors learned from in each image (section 3.1.3).</summary>
    public int AnchorSamples { get; init; } = 256;

    /// <summary>The largest part of them that holds objects (section 3.1.3).</summary>
    public double AnchorForegroundFraction { get; init; } = 0.5;

    /// <summary>Anchors that stick out of the image are not learned from (section 3.3).</summary>
    public bool IgnoreBorderAnchors { get; init; } = true;

    /// <summary>Where the quadratic part of the proposals' smooth L1 ends (the authors' code; 1 / sigma^2 with sigma 3).</summary>
    public double AnchorBoxBeta { get; init; } = 1.0 / 9;

    /// <summary>The best proposals that take part in non-maximum suppression, with a pyramid of each level; in the authors' code
    /// 12000.</summary>
    public int ProposalsBeforeNms { get; init; } = 12000;

    /// <summary>The most proposals of an image from which regions are drawn (section 3.3).</summary>
    public int Proposals { get; init; } = 2000;

    /// <summary>Overlap from which on a region holds an object (Fast R-CNN, arXiv 1504.08083, section 2.3).</summary>
    public double RegionForeground { get; init; } = 0.5;

    /// <summary>Regions of less overlap than <see cref="RegionForeground"/>, but at least this, are background; Fast R-CNN (section 2.3) has
    /// 0.1, the end-to-end code 0.</summary>
    public double RegionBackgroundFrom { get; init; }

    /// <summary>Regions learned from in each image (Fast R-CNN, section 2.3: 64 in each of two images; end to end 128 in one).</summary>
    public int RegionSamples { get; init; } = 128;

    /// <summary>The largest part of them that holds objects (Fast R-CNN, section 2.3).</summary>
    public double RegionForegroundFraction { get; init; } = 0.25;

    /// <summary>Where the quadratic part of the detector's smooth L1 ends (Fast R-CNN, equation 3).</summary>
    public double RegionBoxBeta { get; init; } = 1;

    /// <summary>Weight of the proposals' boxes; the authors' code and torchvision have 1, with both terms divided by the number of
    /// samples (section 3.1.2 has lambda = 10 with another divisor, which makes both terms about equal).</summary>
    public double AnchorBoxWeight { get; init; } = 1;

    /// <summary>Weight of the detector's boxes, lambda (Fast R-CNN, equation 1).</summary>
    public double RegionBoxWeight { get; init; } = 1;

    /// <summary>What is wrong with the values, one sentence each; empty if all is well.</summary>
    public IEnumerable<string> Faults()
    {
        foreach (var (name, value) in new[]
        {
            (nameof(AnchorForeground), AnchorForeground), (nameof(AnchorBackground), AnchorBackground),
            (nameof(AnchorForegroundFraction), AnchorForegroundFraction), (nameof(RegionForeground), RegionForeground),
            (nameof(RegionBackgroundFrom), RegionBackgroundFrom), (nameof(RegionForegroundFraction), RegionForegroundFraction),
        })
            if (value is not (>= 0 and <= 1))
                yield return $"{name}: expected 0 to 1, got {value}.";
        if (AnchorBackground > AnchorForeground)
            yield return $"AnchorBackground: expected at most AnchorForeground, {AnchorForeground}, got {AnchorBackground}.";
        if (RegionBackgroundFrom > RegionForeground)
            yield return $"RegionBackgroundFrom: expected at most RegionForeground, {RegionForeground}, got {RegionBackgroundFrom}.";
        foreach (var (name, value) in new[]
        {
            (nameof(AnchorSamples), AnchorSamples), (nameof(RegionSamples), RegionSamples),
            (nameof(ProposalsBeforeNms), ProposalsBeforeNms), (nameof(Proposals), Proposals),
        })
            if (value < 1)
                yield return $"{name}: expected at least 1, got {value}.";
        foreach (var (name, value) in new[] { (nameof(AnchorBoxBeta), AnchorBoxBeta), (nameof(RegionBoxBeta), RegionBoxBeta) })
            if (!(value > 0))
                yield return $"{name}: expected above 0, got {value}.";
        foreach (var (name, value) in new[] { (nameof(AnchorBoxWeight), AnchorBoxWeight), (nameof(RegionBoxWeight), RegionBoxWeight) })
            if (!(value >= 0))
                yield return $"{name}: expected at least 0, got {value}.";
    }
}
