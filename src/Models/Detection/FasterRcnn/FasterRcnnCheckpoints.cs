using System.Text.RegularExpressions;
using MLNetDeepExtensions.Backbones;
using MLNetDeepExtensions.Weights;

namespace MLNetDeepExtensions.Detection;

/// <summary>The published weights that a Faster R-CNN can take.</summary>
internal static partial class FasterRcnnCheckpoints
{
    private const string Body = "backbone.body.", Proposals = "rpn.", Dense = "roi_heads.box_head.", Predictor = "roi_heads.box_predictor.";

    /// <summary>Whole detectors with the network's backbone.</summary>
    public static IReadOnlyList<CheckpointLayout> Detectors(FasterRcnnNetworkOptions network)
    {
        CheckpointLayout[] layouts = network.FeaturePyramid ? [Nested, Flat] : [OneMap(network)];
        return network.ProposesRegions ? layouts : [.. layouts.Select(WithoutProposals), GivenRegions];
    }

    /// <summary>What training can start from: whole detectors, and backbones alone.</summary>
    public static IReadOnlyList<CheckpointLayout> ToStartFrom(FasterRcnnNetworkOptions network) =>
        [.. Detectors(network), .. network.IsVgg
            ? [Vgg16(network)]
            : BackboneCheckpoints.ResNets(Body, network.Backbone.ResNet().SqueezeExcitation)];

    /// <summary>True for names in the network whose shapes depend on the number of classes.</summary>
    public static bool DependsOnClasses(string name) => name.StartsWith(Predictor, StringComparison.Ordinal);

    private static CheckpointLayout GivenRegions => new("saved weights of Fast R-CNN, without a proposal network",
        [$"{Dense}fc6.weight", $"{Predictor}cls_score.weight"], name => name);

    private static CheckpointLayout WithoutProposals(CheckpointLayout layout) => layout with
    {
        Rename = name => name.StartsWith(Proposals, StringComparison.Ordinal) ? null : layout.Rename(name),
    };

    private static CheckpointLayout Nested => new("torchvision's fasterrcnn_resnet50_fpn, or saved weights of Faster R-CNN with a feature pyramid",
        ["backbone.body.conv1.weight", "backbone.fpn.inner_blocks.0.0.weight", "rpn.head.conv.0.0.weight"], name => name);

    /// <summary>As in the file fasterrcnn_resnet50_fpn_coco-258fb6c6, which is older than the sequences in pyramid and proposal
    /// network.</summary>
    private static CheckpointLayout Flat => new("torchvision's fasterrcnn_resnet50_fpn with its older names",
        ["backbone.body.conv1.weight", "backbone.fpn.inner_blocks.0.weight", "rpn.head.conv.weight"],
        name => ProposalLayer().Replace(PyramidLayer().Replace(name, "$&.0"), "$&.0.0"));

    private static CheckpointLayout OneMap(FasterRcnnNetworkOptions network) => new("saved weights of Faster R-CNN on one map",
        [network.IsVgg ? "backbone.body.features.0.weight" : "backbone.body.conv1.weight", "rpn.head.conv.0.0.weight"], name => name);

    /// <summary>torchvision's vgg16 with its dense layers, where the network's have the same shape.</summary>
    private static CheckpointLayout Vgg16(FasterRcnnNetworkOptions network)
    {
        CheckpointLayout convolutions = BackboneCheckpoints.Vgg16(layer => $"{Body}features.{layer}");
        bool hasDense = network.RoiSize == 7 && network.HeadWidth is null or 4096;
        return convolutions with
        {
            Rename = name => name.Split('.') switch
            {
                ["classifier", "0", var kind] when hasDense => $"{Dense}fc6.{kind}",
                ["classifier", "3", var kind] when hasDense => $"{Dense}fc7.{kind}",
                _ => convolutions.Rename(name),
            },
        };
    }

    [GeneratedRegex(@"^backbone\.fpn\.(inner|layer)_blocks\.\d+")]
    private static partial Regex PyramidLayer();

    [GeneratedRegex(@"^rpn\.head\.conv")]
    private static partial Regex ProposalLayer();
}
