using MLNetDeepExtensions.Backbones;
using MLNetDeepExtensions.Weights;

namespace MLNetDeepExtensions.Detection;

/// <summary>The published weights that a YOLO can take.</summary>
internal static class YoloCheckpoints
{
    private const string Backbone = "backbone.", FirstConvolution = "features.0.weight", FirstConnection = "fc1.weight", Head = "head.";

    /// <summary>Opens safetensors, PyTorch's format, or Darknet's in the layout of the paper's networks.</summary>
    /// <exception cref="WeightsFormatException">The file is none of these, or damaged.</exception>
    public static IWeightsSource Open(string path, YoloNetworkOptions network)
    {
        if (network.Variant == YoloVariant.Residual || WeightsFile.Recognises(path))
            return WeightsFile.Open(path);
        var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        try
        {
            return new DarknetFile(stream, path, YoloDarknetLayout.Whole(network), YoloDarknetLayout.Pretrained(network));
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Whole detectors with the network's layers.</summary>
    public static IReadOnlyList<CheckpointLayout> Detectors(YoloNetworkOptions network) =>
        [network.Variant == YoloVariant.Residual ? Residual : Whole(network)];

    /// <summary>What training can start from: whole detectors, and what was trained on ImageNet.</summary>
    public static IReadOnlyList<CheckpointLayout> ToStartFrom(YoloNetworkOptions network) => network.Variant switch
    {
        YoloVariant.Residual => [Residual, BackboneCheckpoints.ResNet(Backbone)],
        _ => [Whole(network), Convolutions(network)],
    };

    /// <summary>Names in the network whose shapes depend on the number of classes.</summary>
    public static Predicate<string> DependsOnClasses(YoloNetworkOptions network)
    {
        string last = network.Variant == YoloVariant.Residual ? Head
            : $"{YoloPlainNetwork.ConnectedName(YoloArchitecture.Of(network.Variant).Connections.Count)}.";
        return name => name.StartsWith(last, StringComparison.Ordinal);
    }

    private static CheckpointLayout Residual =>
        new("saved weights of YOLO with a residual network", ["backbone.conv1.weight", "neck.0.weight"], name => name);

    private static CheckpointLayout Whole(YoloNetworkOptions network) =>
        new($"Darknet's or saved weights of {network.Variant}", [FirstConvolution, FirstConnection], name => name);

    /// <summary>Of the first convolutions alone: what they were trained for had other layers after them.</summary>
    private static CheckpointLayout Convolutions(YoloNetworkOptions network) =>
        new($"the first convolutions of {network.Variant}, trained on ImageNet", [FirstConvolution], name => name)
        {
            MayLack = name => !YoloDarknetLayout.Pretrained(network).Tensors.Any(tensor => tensor.Name == name),
        };
}
