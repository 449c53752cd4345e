using MLNetDeepExtensions.Blocks;

namespace MLNetDeepExtensions.Detection;

/// <summary>What a Faster R-CNN is (Ren et al., arXiv 1506.01497). Saved with the weights; defaults are the paper's, with VGG-16 on one map
/// of stride 16.</summary>
/// <remarks>
/// With a feature pyramid (Lin et al., arXiv 1612.03144) the defaults are torchvision's fasterrcnn_resnet50_fpn: one anchor size for each
/// level, objectness by logistic regression in place of a softmax of two classes, dense layers of 1024.
/// </remarks>
public sealed record FasterRcnnNetworkOptions
{
    /// <summary>torchvision's fasterrcnn_resnet50_fpn: a feature pyramid on ResNet-50 with frozen batch normalisation, and 90
    /// classes.</summary>
    public static FasterRcnnNetworkOptions TorchvisionCoco { get; } = new()
    {
        Backbone = DetectionBackbone.ResNet50, FeaturePyramid = true, Classes = 90, ShortSide = 800, LongSide = 1333,
        RoiPooling = RoiPooling.Align, BackboneNormalisation = Normalisation.FrozenBatch, NormalisationEpsilon = 0,
        ProposalsBeforeNms = 1000, Proposals = 1000, MinProposalSide = 1e-3f,
    };

    /// <summary>The network whose features regions are proposed and classified from (section 3).</summary>
    public DetectionBackbone Backbone { get; init; }

    /// <summary>
    /// False: one map of stride 16, as in the paper; residual networks then have no stride but a dilation in their last stage (Dai et al.,
    /// arXiv 1703.06211, section 4.1). True: maps of strides 4 to 64 of a feature pyramid; residual networks only.
    /// </summary>
    public bool FeaturePyramid { get; init; }

    /// <summary>Channels of the pyramid's maps (Lin et al., section 3).</summary>
    public int PyramidWidth { get; init; } = 256;

    /// <summary>Kinds of objects, the background not counted; the trainer fills it in from the label's keys. 0 while unknown.</summary>
    public int Classes { get; init; }

    /// <summary>Images are scaled until their shorter side has so many pixels (section 3.3).</summary>
    public int ShortSide { get; init; } = 600;

    /// <summary>... but not beyond so many pixels of the longer side (Fast R-CNN, arXiv 1504.08083, section 5.2).</summary>
    public int LongSide { get; init; } = 1000;

    /// <summary>Square roots of the anchors' areas in pixels (section 3.1.1); with a pyramid one for each of the five levels. Null for 128,
    /// 256, 512, with a pyramid 32 to 512.</summary>
    public float[]? AnchorSizes { get; init; }

    /// <summary>Heights over widths of the anchors of each size (section 3.1.1).</summary>
    public float[] AnchorRatios { get; init; } = [0.5f, 1, 2];

    /// <summary>Channels of the proposal network's hidden layer (section 3.1); null for those of its input, at most 512.</summary>
    public int? ProposalWidth { get; init; }

    /// <summary>The best proposals that take part in non-maximum suppression, with a pyramid of each level; the authors' code has
    /// 6000.</summary>
    public int ProposalsBeforeNms { get; init; } = 6000;

    /// <summary>False for the Fast R-CNN detector alone, which looks at given regions (arXiv 1504.08083); there is then no region proposal
    /// network. The trainer fills it in.</summary>
    public bool ProposesRegions { get; init; } = true;

    /// <summary>The most proposals of an image that are classified (section 3.3).</summary>
    public int Proposals { get; init; } = 300;

    /// <summary>Of two proposals that overlap by more (intersection over union) the worse is dropped (section 3.3).</summary>
    public double ProposalNmsThreshold { get; init; } = 0.7;

    /// <summary>Proposals with a shorter side, in pixels of the network's input, are dropped; the authors' code has 16 pixels of the original
    /// image.</summary>
    public float MinProposalSide { get; init; } = 16;

    /// <summary>How features under a region become a grid.</summary>
    public RoiPooling RoiPooling { get; init; }

    /// <summary>Rows and columns of the grid (Fast R-CNN, section 2.1).</summary>
    public int RoiSize { get; init; } = 7;

    /// <summary>Samples per axis in each part of the grid for <see cref="RoiPooling.Align"/>; 0 for one for each cell under it.</summary>
    public int RoiSamples { get; init; } = 2;

    /// <summary>True if <see cref="RoiPooling.Align"/> knows that a pixel's centre is half a pixel off its corner; torchvision's weights need
    /// false.</summary>
    public bool RoiHalfPixel { get; init; }

    /// <summary>Width of the two dense layers; null for 4096 after VGG-16, as in the paper, and 1024 after residual networks.</summary>
    public int? HeadWidth { get; init; }

    /// <summary>Probability with which results of the dense layers are left out in training; null for 0.5 after VGG-16, as in the paper, and
    /// 0 after residual networks.</summary>
    public double? Dropout { get; init; }

    /// <summary>Divisors of the detector's offsets in x, y, width and height (Fast R-CNN's code); the proposals' are 1.</summary>
    public float[] Variances { get; init; } = [0.1f, 0.1f, 0.2f, 0.2f];

    /// <summary>Subtracted from red, green and blue in 0 to 1; null for what the public weights of the backbone were trained with.</summary>
    public float[]? Mean { get; init; }

    /// <summary>Red, green and blue are divided by this after <see cref="Mean"/> is subtracted; null for what the public weights of the
    /// backbone were trained with.</summary>
    public float[]? Deviation { get; init; }

    /// <summary>What follows each convolution of a residual backbone: frozen for pretrained weights, <see cref="Normalisation.Batch"/> to train
    /// from random ones. Without effect for VGG-16, which has none.</summary>
    public Normalisation BackboneNormalisation { get; init; } = Normalisation.FrozenBatch;

    /// <summary>Added to the variances of frozen batch normalisation; torchvision's weights for COCO were trained with 0.</summary>
    public double NormalisationEpsilon { get; init; } = 1e-5;

    /// <summary>Width and height in pixels to which an image is scaled before padding: torchvision's arithmetic, rounded down.</summary>
    public (int Width, int Height) InputSize(int width, int height)
    {
        // Times the inverse, in single precision: PyTorch divides a number by a tensor so, and a pixel depends on it.
        float scale = Math.Min(1f / Math.Min(width, height) * ShortSide, 1f / Math.Max(width, height) * LongSide);
        return (Scaled(width), Scaled(height));

        int Scaled(int side) => Math.Max(1, (int)Math.Floor(side * (double)scale));
    }

    internal float[] Means => Mean ?? Backbone.Mean();

    internal float[] Deviations => Deviation ?? Backbone.Deviation();

    internal float[] Sizes => AnchorSizes ?? (FeaturePyramid ? [32, 64, 128, 256, 512] : [128, 256, 512]);

    internal int AnchorsPerCell => AnchorRatios.Length * (FeaturePyramid ? 1 : Sizes.Length);

    internal bool IsVgg => Backbone == DetectionBackbone.Vgg16;

    /// <summary>What is wrong with the values, one sentence each; empty if all is well.</summary>
    public IEnumerable<string> Faults()
    {
        if (!Enum.IsDefined(Backbone))
            yield return $"Backbone: expected a member of {nameof(DetectionBackbone)}, got {Backbone}.";
        if (FeaturePyramid && IsVgg)
            yield return "FeaturePyramid: expected a residual backbone, got Vgg16.";
        if (!Enum.IsDefined(RoiPooling) || (FeaturePyramid && RoiPooling == RoiPooling.Pool))
            yield return $"RoiPooling: expected {(FeaturePyramid ? "Align, with a feature pyramid" : "Pool or Align")}, got {RoiPooling}.";
        if (!Enum.IsDefined(BackboneNormalisation))
            yield return $"BackboneNormalisation: expected a member of {nameof(Normalisation)}, got {BackboneNormalisation}.";
        if (ShortSide is < 32 or > 4096)
            yield return $"ShortSide: expected 32 to 4096 pixels, got {ShortSide}.";
        if (LongSide < ShortSide || LongSide > 8192)
            yield return $"LongSide: expected ShortSide, {ShortSide}, to 8192 pixels, got {LongSide}.";
        foreach (string fault in CountFaults().Concat(RangeFaults()).Concat(ListFaults()))
            yield return fault;
    }

    private IEnumerable<string> CountFaults() =>
        from setting in new (string Name, int Least, int Value)[]
        {
            (nameof(Classes), 0, Classes), (nameof(PyramidWidth), 1, PyramidWidth), (nameof(ProposalWidth), 1, ProposalWidth ?? 1),
            (nameof(ProposalsBeforeNms), 1, ProposalsBeforeNms), (nameof(Proposals), 1, Proposals), (nameof(RoiSize), 1, RoiSize),
            (nameof(RoiSamples), 0, RoiSamples), (nameof(HeadWidth), 1, HeadWidth ?? 1),
        }
        where setting.Value < setting.Least
        select $"{setting.Name}: expected at least {setting.Least}, got {setting.Value}.";

    private IEnumerable<string> RangeFaults()
    {
        if (ProposalNmsThreshold is not (>= 0 and <= 1))
            yield return $"ProposalNmsThreshold: expected 0 to 1, got {ProposalNmsThreshold}.";
        if (!float.IsFinite(MinProposalSide) || MinProposalSide < 0)
            yield return $"MinProposalSide: expected at least 0 pixels, got {MinProposalSide}.";
        if (Dropout is not (null or >= 0 and < 1))
            yield return $"Dropout: expected 0 to below 1, got {Dropout}.";
        if (!double.IsFinite(NormalisationEpsilon) || NormalisationEpsilon < 0)
            yield return $"NormalisationEpsilon: expected at least 0, got {NormalisationEpsilon}.";
    }

    private IEnumerable<string> ListFaults() =>
        new[]
        {
            NumberFaults.Of(nameof(AnchorSizes), Sizes, FeaturePyramid ? 5 : null, positive: true),
            NumberFaults.Of(nameof(AnchorRatios), AnchorRatios, null, positive: true),
            NumberFaults.Of(nameof(Variances), Variances, 4, positive: true),
            Mean is null ? null : NumberFaults.Of(nameof(Mean), Mean, 3, positive: false),
            Deviation is null ? null : NumberFaults.Of(nameof(Deviation), Deviation, 3, positive: true),
        }.OfType<string>();
}
