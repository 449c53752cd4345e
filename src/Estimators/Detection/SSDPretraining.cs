using MLNetDeepExtensions.Weights;

namespace MLNetDeepExtensions.Detection;

/// <summary>Weights to start SSD from.</summary>
internal static class SSDPretraining
{
    /// <summary>Loads a whole SSD, whose class layers may be of another number of classes, or the backbone alone.</summary>
    public static void Load(SSDNetwork network, string path) => network.LoadWeights(path);
}
