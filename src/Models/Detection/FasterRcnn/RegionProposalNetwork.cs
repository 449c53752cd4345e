using MLNetDeepExtensions.Blocks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Detection;

/// <summary>The region proposal network (section 3.1): a small network slid over each map, the same for all levels of a pyramid.</summary>
internal sealed class RegionProposalNetwork : nn.Module<ImageFeatures, RegionProposalOutput>
{
    private readonly RegionProposalHead head;
    private readonly FasterRcnnNetworkOptions options;

    public RegionProposalNetwork(FasterRcnnNetworkOptions options, int channels) : base(nameof(RegionProposalNetwork))
    {
        this.options = options;
        head = new RegionProposalHead(options, channels);
        RegisterComponents();
        ConvolutionInitialisation.Normal(this, 0.01);
    }

    public override RegionProposalOutput forward(ImageFeatures features)
    {
        using var scope = NewDisposeScope();
        var levels = features.Maps_NCHW.Select(head.call).ToList();
        var anchors = Anchors.Of(options, features);
        var output = new RegionProposalOutput(
            cat([.. levels.Select(level => level.Logits_NA)], 1), cat([.. levels.Select(level => level.Offsets_NA4)], 1),
            cat([.. anchors], 0), [.. anchors.Select(level_A4 => (int)level_A4.shape[0])]);
        scope.MoveToOuter(output.Logits_NA, output.Offsets_NA4, output.Anchors_A4);
        return output;
    }
}

/// <summary>A 3x3 convolution, then for each anchor of a cell whether it holds an object, and where (figure 3, left).</summary>
/// <remarks>
/// On one map, as in the paper, two numbers say whether: first those for background of all anchors, then those for objects, as in the authors'
/// code. Their difference is the log-odds. With a pyramid one number says it.
/// </remarks>
internal sealed class RegionProposalHead : nn.Module<Tensor, (Tensor Logits_NA, Tensor Offsets_NA4)>
{
    private readonly Sequential conv;
    private readonly Conv2d cls_logits, bbox_pred;
    private readonly int anchors;

    public RegionProposalHead(FasterRcnnNetworkOptions options, int channels) : base(nameof(RegionProposalHead))
    {
        const int paperWidth = 512;
        anchors = options.AnchorsPerCell;
        int width = options.ProposalWidth ?? Math.Min(channels, paperWidth);
        conv = nn.Sequential(nn.Sequential(nn.Conv2d(channels, width, 3, padding: 1), nn.ReLU(inplace: true)));
        cls_logits = nn.Conv2d(width, options.FeaturePyramid ? anchors : 2 * anchors, 1);
        bbox_pred = nn.Conv2d(width, 4 * anchors, 1);
        RegisterComponents();
    }

    public override (Tensor Logits_NA, Tensor Offsets_NA4) forward(Tensor map_NCHW)
    {
        using var scope = NewDisposeScope();
        var hidden = conv.call(map_NCHW);
        var logits = cls_logits.call(hidden).to(ScalarType.Float32);
        if (logits.shape[1] > anchors)
            logits = logits.narrow(1, anchors, anchors) - logits.narrow(1, 0, anchors);
        var offsets = bbox_pred.call(hidden).to(ScalarType.Float32);
        return scope.MoveToOuter(Rows(logits, 1).squeeze(-1), Rows(offsets, 4));
    }

    /// <summary>Cell by cell and anchor by anchor what lies in the channels.</summary>
    private static Tensor Rows(Tensor x_NCHW, int columns) => x_NCHW.permute(0, 2, 3, 1).reshape(x_NCHW.shape[0], -1, columns);
}
