using MLNetDeepExtensions.Blocks;
using MLNetDeepExtensions.Weights;

namespace MLNetDeepExtensions.Backbones;

/// <summary>Published weights of classifiers, from which other networks take the convolutional part.</summary>
internal static class BackboneCheckpoints
{
    private const string VggFeatures = "features.", ResNetClassifier = "fc.", Excitation = ".se.";

    /// <summary>Published residual networks, without the classifier, that give weights to one with or without squeeze-and-excitation
    /// blocks.</summary>
    /// <param name="prefix">What stands before torchvision's names in the network.</param>
    /// <param name="excitation">The network's blocks; null for none.</param>
    public static IReadOnlyList<CheckpointLayout> ResNets(string prefix, SqueezeExcitationOptions? excitation) =>
        excitation is null ? [ResNet(prefix)] : [SEResNet(prefix, excitation), ResNet(prefix)];

    /// <summary>torchvision's residual networks, without the classifier. They lack squeeze-and-excitation blocks.</summary>
    /// <param name="prefix">What stands before torchvision's names in the network.</param>
    public static CheckpointLayout ResNet(string prefix) => new(
        "torchvision's resnet18 to resnet152 or resnext50_32x4d", ["conv1.weight", "layer4.0.conv1.weight"],
        name => WithoutClassifier(name, prefix))
    {
        MayLack = name => !name.StartsWith(prefix, StringComparison.Ordinal) || name.Contains(Excitation, StringComparison.Ordinal),
    };

    /// <summary>torchvision's vgg16, without the classifier.</summary>
    /// <param name="layer">The network's name for layer 0 to 28 of torchvision's "features".</param>
    public static CheckpointLayout Vgg16(Func<int, string> layer)
    {
        string[] convolutions = [.. new[] { 0, 2, 5, 7, 10, 12, 14, 17, 19, 21, 24, 26, 28 }.Select(layer)];
        return new("torchvision's vgg16", ["features.0.weight", "features.28.weight"],
            name => name.StartsWith(VggFeatures, StringComparison.Ordinal) ? Numbered(name[VggFeatures.Length..], layer) : null)
        {
            MayLack = name => !convolutions.Any(layer => name.StartsWith(layer + ".", StringComparison.Ordinal)),
        };
    }

    /// <summary>A name that files of residual networks with these squeeze-and-excitation blocks have, and no others.</summary>
    public static string ExcitationMarker(SqueezeExcitationOptions excitation, string layer = "fc1")
    {
        int stage = excitation.Stages is { Length: > 0 } stages ? stages.Min() : ResNetArchitecture.FirstStage;
        return $"layer{stage - ResNetArchitecture.FirstStage + 1}.0{Excitation}{layer}.weight";
    }

    /// <summary>"28.weight" with the number replaced by the layer's name.</summary>
    /// <returns>The text itself where it does not begin with a number.</returns>
    public static string Numbered(string name, Func<int, string> layer)
    {
        int dot = name.IndexOf('.');
        return dot > 0 && int.TryParse(name[..dot], out int number) ? layer(number) + name[dot..] : name;
    }

    private static CheckpointLayout SEResNet(string prefix, SqueezeExcitationOptions excitation) => new(
        "timm's seresnet18 to seresnet152 or seresnext50_32x4d", ["conv1.weight", ExcitationMarker(excitation)],
        name => WithoutClassifier(name, prefix))
    {
        MayLack = name => !name.StartsWith(prefix, StringComparison.Ordinal),
    };

    private static string? WithoutClassifier(string name, string prefix) =>
        name.StartsWith(ResNetClassifier, StringComparison.Ordinal) ? null : prefix + name;
}
