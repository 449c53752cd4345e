using Microsoft.ML.Runtime;
using MLNetDeepExtensions.Weights;

namespace MLNetDeepExtensions.Detection;

/// <summary>Weights to start SSD from.</summary>
internal static class SSDPretraining
{
    /// <summary>
    /// Loads a whole SSD, whose class layers may be of another number of classes, or the backbone alone, and logs what was left out.
    /// </summary>
    public static void Load(SSDNetwork network, string path, IHostEnvironment env)
    {
        PretrainedReport report = PretrainedWeights.Load(
            network, path, SSDCheckpoints.ToStartFrom(network.Options), SSDCheckpoints.DependsOnClasses);
        using IChannel channel = env.Start("PretrainedWeights");
        channel.Info(MessageSensitivity.None, $"Starting from {path}: {report}");
    }
}
