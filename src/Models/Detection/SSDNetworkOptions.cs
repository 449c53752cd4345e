using MLNetDeepExtensions.Blocks;

namespace MLNetDeepExtensions.Detection;

/// <summary>What an SSD network is (Liu et al., arXiv 1512.02325). Saved with the weights; defaults are the paper's SSD300 for Pascal
/// VOC.</summary>
public sealed record SSDNetworkOptions
{
    /// <summary>torchvision's ssd300_vgg16: VGG-16 at 300 pixels with the default boxes of COCO, at most as long as the image, and 90 classes.</summary>
    public static SSDNetworkOptions TorchvisionCoco { get; } = new() { Preset = DefaultBoxPreset.Coco300, ClampBoxSizes = true, Classes = 90 };

    /// <summary>The network before the prediction layers (section 2.1, "Base network").</summary>
    public DetectionBackbone Backbone { get; init; }

    /// <summary>Side in pixels to which images are resized, 64 to 2048; the paper has 300 and 512 (section 3). Small objects need large
    /// images.</summary>
    public int ImageSize { get; init; } = 300;

    /// <summary>Kinds of objects, the background not counted; the trainer fills it in from the label's keys. 0 while unknown.</summary>
    public int Classes { get; init; }

    /// <summary>Sizes of the default boxes where <see cref="Scales"/> is null (sections 2.2, 3.1, 3.4). torchvision's weights need
    /// <see cref="DefaultBoxPreset.Coco300"/>.</summary>
    public DefaultBoxPreset Preset { get; init; }

    /// <summary>Scale of the default boxes of each feature map as fraction of the image's side, and one more for the last map's larger
    /// square
    /// (section 2.2, equation 4); null for the preset's.</summary>
    public float[]? Scales { get; init; }

    /// <summary>For each feature map, width over height of the boxes beside the squares, each with its inverse (section 2.2);
    /// null for 2 and 3, without 3 on the first map and on maps of at most 3 cells a side.</summary>
    public float[][]? AspectRatios { get; init; }

    /// <summary>Default boxes are at most as long as the image, as in torchvision; false for weights trained with the authors' own
    /// code.</summary>
    public bool ClampBoxSizes { get; init; } = true;

    /// <summary>Divisors of the offsets in x, y, width and height (the authors' code; not in the paper).</summary>
    public float[] Variances { get; init; } = [0.1f, 0.1f, 0.2f, 0.2f];

    /// <summary>Subtracted from red, green and blue in 0 to 1; null for what the public weights of the backbone were trained with:
    /// 0.48235, 0.45882, 0.40784 for VGG-16, 0.485, 0.456, 0.406 for residual networks.</summary>
    public float[]? Mean { get; init; }

    /// <summary>Red, green and blue are divided by this after <see cref="Mean"/> is subtracted; null for what the public weights of the
    /// backbone
    /// were trained with: 1/255 for VGG-16, 0.229, 0.224, 0.225 for residual networks.</summary>
    public float[]? Deviation { get; init; }

    /// <summary>First length of the normalised features of conv4_3 (section 3.1); VGG-16 only.</summary>
    public float NormScale { get; init; } = 20;

    /// <summary>What follows each convolution of a residual backbone; without effect for VGG-16, which has none.</summary>
    public Normalisation BackboneNormalisation { get; init; } = Normalisation.Batch;

    /// <summary>What follows each convolution of the extra layers; null for none after VGG-16, as in the paper, and batch normalisation
    /// after residual networks.</summary>
    public Normalisation? ExtraNormalisation { get; init; }

    /// <summary>What is wrong with the values, one sentence each; empty if all is well.</summary>
    public IEnumerable<string> Faults()
    {
        if (!Enum.IsDefined(Backbone))
            yield return $"Backbone: expected a member of {nameof(DetectionBackbone)}, got {Backbone}.";
        if (!Enum.IsDefined(Preset))
            yield return $"Preset: expected a member of {nameof(DefaultBoxPreset)}, got {Preset}.";
        if (ImageSize is < 64 or > 2048)
            yield return $"ImageSize: expected 64 to 2048 pixels, got {ImageSize}.";
        if (Classes < 0)
            yield return $"Classes: expected at least 0, got {Classes}.";
        if (NumberFaults.Of(nameof(Variances), Variances, 4, positive: true) is { } variances)
            yield return variances;
        if (Mean is not null && NumberFaults.Of(nameof(Mean), Mean, 3, positive: false) is { } mean)
            yield return mean;
        if (Deviation is not null && NumberFaults.Of(nameof(Deviation), Deviation, 3, positive: true) is { } deviation)
            yield return deviation;
        if (!float.IsFinite(NormScale) || NormScale <= 0)
            yield return $"NormScale: expected a positive number, got {NormScale}.";
        if (!Enum.IsDefined(BackboneNormalisation))
            yield return $"BackboneNormalisation: expected a member of {nameof(Normalisation)}, got {BackboneNormalisation}.";
        if (ExtraNormalisation is { } extra && !Enum.IsDefined(extra))
            yield return $"ExtraNormalisation: expected a member of {nameof(Normalisation)}, got {extra}.";
        if (Enum.IsDefined(Backbone) && ImageSize is >= 64 and <= 2048)
            foreach (string fault in MapFaults(SSDPyramid.Sides(this).Count))
                yield return fault;
    }

    private IEnumerable<string> MapFaults(int maps)
    {
        string why = $"{Backbone} at {ImageSize} pixels has {maps} feature maps";
        if (Scales is not null && NumberFaults.Of(nameof(Scales), Scales, maps + 1, positive: true) is { } scales)
            yield return $"{scales} {why}.";
        if (AspectRatios is null)
            yield break;
        if (AspectRatios.Length != maps)
            yield return $"AspectRatios: expected {maps} lists, got {AspectRatios.Length}. {why}.";
        if (AspectRatios.Any(ratios => ratios is null || ratios.Any(ratio => !float.IsFinite(ratio) || ratio <= 0)))
            yield return "AspectRatios: expected positive numbers in every list.";
    }
}
