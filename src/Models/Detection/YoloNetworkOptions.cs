using MLNetDeepExtensions.Blocks;

namespace MLNetDeepExtensions.Detection;

/// <summary>What a YOLO network is (Redmon et al., You Only Look Once, CVPR 2016, arXiv 1506.02640). Saved with the weights; defaults are
/// the paper's for Pascal VOC.</summary>
public sealed record YoloNetworkOptions
{
    /// <summary>The layers (section 2.1).</summary>
    public YoloVariant Variant { get; init; }

    /// <summary>The residual network of <see cref="YoloVariant.Residual"/>; without effect for the others.</summary>
    public DetectionBackbone Backbone { get; init; } = DetectionBackbone.ResNet18;

    /// <summary>Side in pixels to which images are resized (section 2.1). The paper's networks need a multiple of 64, 64 to 1024;
    /// residual ones 64 to 2048.</summary>
    public int ImageSize { get; init; } = 448;

    /// <summary>Cells on each side of the grid, S (section 2). Any from 1 to 128 for the paper's networks; for residual ones the side of
    /// one of their maps: an eighth, 1/16, 1/32 or 1/64 of <see cref="ImageSize"/>, rounded up. A cell can learn but one object, and
    /// small objects need a fine grid.</summary>
    public int GridSize { get; init; } = 7;

    /// <summary>Boxes that each cell predicts, B (section 2). 1 to 16.</summary>
    public int Boxes { get; init; } = 2;

    /// <summary>Kinds of objects, C; the trainer fills it in from the label's keys. 0 while unknown.</summary>
    public int Classes { get; init; }

    /// <summary>Chance that a number is dropped in training before the last fully connected layer (section 2.2), 0 to below 1; without
    /// effect for residual networks, which have no such layer.</summary>
    public double Dropout { get; init; } = 0.5;

    /// <summary>What follows each convolution; null for none in the paper's networks and batch normalisation in residual ones.</summary>
    public Normalisation? Normalisation { get; init; }

    /// <summary>Subtracted from red, green and blue in 0 to 1; null for what the public weights were trained with: nothing for the
    /// paper's networks, 0.485, 0.456, 0.406 for residual ones.</summary>
    public float[]? Mean { get; init; }

    /// <summary>Red, green and blue are divided by this after <see cref="Mean"/> is subtracted; null for what the public weights were
    /// trained with: 1 for the paper's networks, 0.229, 0.224, 0.225 for residual ones.</summary>
    public float[]? Deviation { get; init; }

    /// <summary>Numbers that each cell predicts: 5 for each box, one for each class.</summary>
    internal int CellOutputs => 5 * Boxes + Classes;

    /// <summary>What is wrong with the values, one sentence each; empty if all is well.</summary>
    public IEnumerable<string> Faults()
    {
        if (!Enum.IsDefined(Variant))
            yield return $"Variant: expected a member of {nameof(YoloVariant)}, got {Variant}.";
        if (Boxes is < 1 or > 16)
            yield return $"Boxes: expected 1 to 16, got {Boxes}.";
        if (Classes < 0)
            yield return $"Classes: expected at least 0, got {Classes}.";
        if (Dropout is not (>= 0 and < 1))
            yield return $"Dropout: expected 0 to below 1, got {Dropout}.";
        if (Normalisation is { } normalisation && !Enum.IsDefined(normalisation))
            yield return $"Normalisation: expected a member of {nameof(Blocks.Normalisation)}, got {normalisation}.";
        if (Mean is not null && !(Mean.Length == 3 && Mean.All(float.IsFinite)))
            yield return $"Mean: expected 3 finite numbers, got [{string.Join(", ", Mean)}].";
        if (Deviation is not null && !(Deviation.Length == 3 && Deviation.All(value => float.IsFinite(value) && value > 0)))
            yield return $"Deviation: expected 3 positive numbers, got [{string.Join(", ", Deviation)}].";
        foreach (string fault in Variant == YoloVariant.Residual ? ResidualFaults() : PlainFaults())
            yield return fault;
    }

    private IEnumerable<string> PlainFaults()
    {
        if (ImageSize is < 64 or > 1024 || ImageSize % 64 != 0)
            yield return $"ImageSize: expected a multiple of 64 pixels, 64 to 1024, got {ImageSize}.";
        if (GridSize is < 1 or > 128)
            yield return $"GridSize: expected 1 to 128 cells, got {GridSize}.";
    }

    private IEnumerable<string> ResidualFaults()
    {
        bool isResidual = Enum.IsDefined(Backbone) && Backbone != DetectionBackbone.Vgg16;
        if (!isResidual)
            yield return $"Backbone: expected a residual network, got {Backbone}.";
        if (ImageSize is < 64 or > 2048)
            yield return $"ImageSize: expected 64 to 2048 pixels, got {ImageSize}.";
        else if (YoloResidualNetwork.HalvingsOf(this) is null)
            yield return $"GridSize: expected {string.Join(" or ", YoloResidualNetwork.GridSizes(ImageSize))} cells, which a residual network has at "
                + $"{ImageSize} pixels, got {GridSize}.";
    }
}
