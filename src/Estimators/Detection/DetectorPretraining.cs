using Microsoft.ML.Runtime;
using MLNetDeepExtensions.Weights;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Detection;

/// <summary>Weights to start a detector from.</summary>
internal static class DetectorPretraining
{
    /// <summary>Loads a whole detector, some of whose layers may be of another number of classes, or a backbone alone, and logs what was left
    /// out.</summary>
    public static void Load(
        nn.Module network, string path, IReadOnlyList<CheckpointLayout> layouts, Predicate<string> dependsOnClasses, IHostEnvironment env)
    {
        PretrainedReport report = PretrainedWeights.Load(network, path, layouts, dependsOnClasses);
        using IChannel channel = env.Start("PretrainedWeights");
        channel.Info(MessageSensitivity.None, $"Starting from {path}: {report}");
    }
}
