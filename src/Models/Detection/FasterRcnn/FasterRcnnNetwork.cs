using MLNetDeepExtensions.Blocks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Detection;

/// <summary>
/// Faster R-CNN (Ren et al., NIPS 2015, arXiv 1506.01497, figure 2): regions that may hold objects are proposed from the features of an image,
/// and classified from the same features.
/// </summary>
/// <remarks>
/// State names are those of torchvision's fasterrcnn_resnet50_fpn; VGG-16's convolutions stand under "backbone.body.features", its dense
/// layers under "roi_heads.box_head". Differs from the paper: images are padded to a common size; a map's last cells may lie on padding, and
/// VGG-16's pooling rounds sizes down.
/// </remarks>
public sealed class FasterRcnnNetwork : nn.Module
{
    private readonly FasterRcnnBackbone backbone;
    private readonly RegionProposalNetwork? rpn;
    private readonly RegionHead roi_heads;

    /// <summary>Draws first weights from the global random state.</summary>
    /// <exception cref="ArgumentException">The options have faults; the message lists all.</exception>
    public FasterRcnnNetwork(FasterRcnnNetworkOptions options) : base(nameof(FasterRcnnNetwork))
    {
        var faults = options.Faults().Concat(options.Classes == 0 ? ["Classes: expected at least 1, got 0."] : []).ToList();
        if (faults.Count > 0)
            throw new ArgumentException($"{nameof(FasterRcnnNetworkOptions)} is not valid:\n  {string.Join("\n  ", faults)}");
        Options = options;
        using var scope = NewDisposeScope();
        backbone = new FasterRcnnBackbone(options);
        rpn = options.ProposesRegions ? new RegionProposalNetwork(options, backbone.Maps[0].Channels) : null;
        roi_heads = new RegionHead(options, backbone.Maps[0].Channels);
        RegisterComponents();
        foreach (var normalisation in modules().OfType<FrozenBatchNormalisation>())
            normalisation.Epsilon = options.NormalisationEpsilon;
    }

    /// <summary>What the network was made from.</summary>
    public FasterRcnnNetworkOptions Options { get; }

    /// <summary>The part that proposals and detector share: what the paper's third and fourth step of training leave as it is.</summary>
    internal FasterRcnnBackbone Shared => backbone;

    /// <summary>The features of a padded batch.</summary>
    /// <param name="images_N3HW">Red, green, blue in 0 to 1, padded with the network's mean; sides are multiples of 32.</param>
    public ImageFeatures Features(Tensor images_N3HW) => Features(images_N3HW, backbone);

    /// <summary>The features that another backbone of the same options finds: in alternating training, before both parts share one.</summary>
    internal ImageFeatures Features(Tensor images_N3HW, FasterRcnnBackbone backbone)
    {
        if (images_N3HW.shape is not [_, 3, var height, var width] || height % 32 != 0 || width % 32 != 0 || height * width == 0)
            throw new ArgumentException(
                $"images_N3HW: expected [N, 3, H, W] with H and W multiples of 32, got [{string.Join(", ", images_N3HW.shape)}].");
        using var scope = NewDisposeScope();
        var pixels_N3HW = InputNormalisation.Of(images_N3HW, Options.Means, Options.Deviations);
        var maps = backbone.call(pixels_N3HW.to(Format));
        scope.MoveToOuter(maps);
        return new(maps, (int)height, (int)width);
    }

    /// <summary>Where objects may be: log-odds and offsets of all anchors.</summary>
    /// <exception cref="InvalidOperationException">The network proposes no regions.</exception>
    public RegionProposalOutput Propose(ImageFeatures features) =>
        rpn?.call(features) ?? throw new InvalidOperationException("The network proposes no regions: it looks at those that it is given.");

    /// <summary>What lies in given regions.</summary>
    /// <param name="features">The features of N images.</param>
    /// <param name="regions_R4">For each of the N images the corners of its regions, [R, 4], in pixels of the padded images; R may differ, and
    /// be 0.</param>
    public RegionOutput Classify(ImageFeatures features, IReadOnlyList<Tensor> regions_R4)
    {
        using var scope = NewDisposeScope();
        var pooled_KCRR = RegionPooling.Of(Options, features, backbone.Maps, regions_R4);
        var output = roi_heads.call(pooled_KCRR);
        scope.MoveToOuter(output.Logits_KC, output.Offsets_KC4);
        return output;
    }

    private ScalarType Format => backbone.modules().OfType<Conv2d>().First().weight.dtype;
}
