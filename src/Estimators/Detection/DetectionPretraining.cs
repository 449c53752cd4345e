using Microsoft.ML.Runtime;
using MLNetDeepExtensions.Weights;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Detection;

/// <summary>Weights to start a detector from.</summary>
internal static class DetectionPretraining
{
    /// <summary>
    /// Loads a whole detector, whose class layers may be of another number of classes, or a backbone alone, and logs what was left out.
    /// </summary>
    /// <param name="network">What is loaded into.</param>
    /// <param name="file">The weights.</param>
    /// <param name="layouts">The kinds of files that the network can take.</param>
    /// <param name="dependsOnClasses">True for names in the network whose shapes depend on the number of classes.</param>
    /// <param name="env">Where it is logged.</param>
    public static void Load(nn.Module network, IWeightsSource file, IReadOnlyList<CheckpointLayout> layouts,
        Predicate<string> dependsOnClasses, IHostEnvironment env)
    {
        PretrainedReport report = PretrainedWeights.Load(network, file, layouts, dependsOnClasses);
        using IChannel channel = env.Start(nameof(PretrainedWeights));
        channel.Info(MessageSensitivity.None, $"Starting from {file.Name}: {report}");
    }
}
