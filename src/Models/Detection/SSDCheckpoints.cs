using MLNetDeepExtensions.Backbones;
using MLNetDeepExtensions.Weights;

namespace MLNetDeepExtensions.Detection;

/// <summary>The published weights that an SSD can take.</summary>
internal static class SSDCheckpoints
{
    private const string Backbone = "backbone.features.", Extra = "backbone.extra.";
    private const string Classes = "head.classification_head.", Boxes = "head.regression_head.";

    /// <summary>Whole detectors with the network's backbone.</summary>
    public static IReadOnlyList<CheckpointLayout> Detectors(SSDNetworkOptions network) =>
        network.Backbone == DetectionBackbone.Vgg16 ? [Torchvision, Amdegroot] : [OwnResidual];

    /// <summary>What training can start from: whole detectors, and backbones alone.</summary>
    public static IReadOnlyList<CheckpointLayout> ToStartFrom(SSDNetworkOptions network) => network.Backbone == DetectionBackbone.Vgg16
        ? [Torchvision, Amdegroot, TorchvisionVgg16, ReducedVgg16]
        : [OwnResidual, .. BackboneCheckpoints.ResNets(Backbone, network.Backbone.ResNet().SqueezeExcitation)];

    /// <summary>True for names in the network whose shapes depend on the number of classes.</summary>
    public static bool DependsOnClasses(string name) => name.StartsWith(Classes, StringComparison.Ordinal);

    private static CheckpointLayout Torchvision => new("torchvision's ssd300_vgg16, or saved weights of SSD with VGG-16",
        ["backbone.features.0.weight", "head.classification_head.module_list.0.weight"], name => name);

    private static CheckpointLayout OwnResidual => new("saved weights of SSD with a residual backbone",
        ["backbone.features.conv1.weight", "head.classification_head.module_list.0.weight"], name => name);

    private static CheckpointLayout Amdegroot => new("SSD300 of ssd.pytorch (amdegroot)",
        ["vgg.0.weight", "L2Norm.weight", "conf.0.weight"], FromAmdegroot);

    private static CheckpointLayout TorchvisionVgg16 => BackboneCheckpoints.Vgg16(Trunk) with { View = file => new DecimatedVgg16(file) };

    private static CheckpointLayout ReducedVgg16 => new("vgg16_reducedfc of ssd.pytorch (amdegroot)",
        ["0.weight", "31.weight", "33.weight"], name => BackboneCheckpoints.Numbered(name, Trunk))
    {
        MayLack = name => !name.StartsWith(Backbone, StringComparison.Ordinal) && !name.StartsWith($"{Extra}0.", StringComparison.Ordinal),
    };

    /// <summary>The network's name for a layer of VGG-16 with fc6 and fc7 as convolutions 31 and 33.</summary>
    private static string Trunk(int layer) => layer switch
    {
        24 or 26 or 28 => $"{Extra}0.{layer - 23}",
        31 => $"{Extra}0.7.1",
        33 => $"{Extra}0.7.3",
        _ => $"{Backbone}{layer}",
    };

    private static string FromAmdegroot(string name) => name.Split('.', 2) switch
    {
        ["vgg", var rest] => BackboneCheckpoints.Numbered(rest, Trunk),
        ["extras", var rest] => BackboneCheckpoints.Numbered(rest, layer => $"{Extra}{layer / 2 + 1}.{layer % 2 * 2}"),
        ["L2Norm", "weight"] => "backbone.scale_weight",
        ["conf", var rest] => $"{Classes}module_list.{rest}",
        ["loc", var rest] => $"{Boxes}module_list.{rest}",
        _ => name,
    };
}
