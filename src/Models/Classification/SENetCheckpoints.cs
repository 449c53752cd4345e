using MLNetDeepExtensions.Backbones;
using MLNetDeepExtensions.Weights;

namespace MLNetDeepExtensions.Classification;

/// <summary>The published weights that a classification network can take.</summary>
internal static class SENetCheckpoints
{
    private const string Excitation = ".se", Linear = "fc.", Dense = "classifier.", LastDense = "classifier.6.";
    private static readonly string[] DenseMarkers = ["features.0.weight", "classifier.6.weight"];

    /// <summary>Whole classifiers of the network's kind.</summary>
    public static IReadOnlyList<CheckpointLayout> Classifiers(SENetNetworkOptions network) => network switch
    {
        { Architecture: SENetArchitecture.BNInception } => [BNInception],
        { Architecture: SENetArchitecture.InceptionV3 } => [InceptionV3],
        { Architecture: var architecture } when architecture.IsVgg() => [Vgg16],
        { SqueezeExcitation: null } => [Torchvision],
        { Layout: ResNetLayout.Caffe } => [Legacy, Timm(network)],
        _ => [Timm(network), Moskomule(network)],
    };

    /// <summary>What training can start from: whole classifiers, convolutional parts alone, and networks without the excitation.</summary>
    public static IReadOnlyList<CheckpointLayout> ToStartFrom(SENetNetworkOptions network)
    {
        var kinds = Classifiers(network).Select(kind => kind with { MayLack = IsClassifier });
        if (network.SqueezeExcitation is null)
            return [.. kinds];
        var plain = network.Architecture.IsResidual() ? Torchvision : kinds.First();
        return [.. kinds, plain with { MayLack = name => IsClassifier(name) || name.Contains(Excitation, StringComparison.Ordinal) }];
    }

    /// <summary>True for names in the network whose shapes depend on the number of classes.</summary>
    public static bool DependsOnClasses(string name) =>
        name.StartsWith(Linear, StringComparison.Ordinal) || name.StartsWith(LastDense, StringComparison.Ordinal);

    private static CheckpointLayout Torchvision => new("torchvision's resnet18 to resnet152 or resnext50_32x4d",
        ["conv1.weight", "layer4.0.conv1.weight"], name => name);

    private static CheckpointLayout Vgg16 => new("torchvision's vgg16 or vgg16_bn", DenseMarkers, name => name);

    private static CheckpointLayout BNInception => new("saved weights of BN-Inception",
        ["conv1.conv.weight", "inception5.b.branch1.conv.weight"], name => name);

    private static CheckpointLayout InceptionV3 => new("torchvision's inception_v3, or saved weights of it",
        ["Conv2d_1a_3x3.conv.weight", "Mixed_7c.branch1x1.conv.weight"],
        name => name.StartsWith("AuxLogits.", StringComparison.Ordinal) ? null : name);

    private static CheckpointLayout Legacy => new("timm's legacy_seresnet18 to legacy_seresnet152 or legacy_seresnext50_32x4d",
        ["layer0.conv1.weight", "layer4.0.conv1.weight"], FromLegacy);

    private static CheckpointLayout Timm(SENetNetworkOptions network) => new(
        "timm's seresnet18 to seresnet152 or seresnext50_32x4d, or saved weights",
        ["conv1.weight", BackboneCheckpoints.ExcitationMarker(network.SqueezeExcitation!)], name => name);

    private static CheckpointLayout Moskomule(SENetNetworkOptions network) => new("se_resnet of senet.pytorch (moskomule)",
        ["conv1.weight", BackboneCheckpoints.ExcitationMarker(network.SqueezeExcitation!, "fc.0")], FromMoskomule)
    {
        View = file => new DenseAsConvolution(file, name => name.Contains(".se.fc.", StringComparison.Ordinal)),
    };

    /// <summary>True for names in the network that belong to the layers after the convolutional part.</summary>
    public static bool IsClassifier(string name) =>
        name.StartsWith(Linear, StringComparison.Ordinal) || name.StartsWith(Dense, StringComparison.Ordinal);

    private static string FromLegacy(string name) => name
        .Replace("layer0.", "", StringComparison.Ordinal)
        .Replace(".se_module.", ".se.", StringComparison.Ordinal)
        .Replace("last_linear.", Linear, StringComparison.Ordinal);

    private static string FromMoskomule(string name) => name
        .Replace(".se.fc.0.", ".se.fc1.", StringComparison.Ordinal)
        .Replace(".se.fc.2.", ".se.fc2.", StringComparison.Ordinal);
}
