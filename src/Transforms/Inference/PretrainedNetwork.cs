using MLNetDeepExtensions.Backend;
using MLNetDeepExtensions.Weights;
using static TorchSharp.torch.nn;

namespace MLNetDeepExtensions.Inference;

/// <summary>Networks that were trained elsewhere.</summary>
internal static class PretrainedNetwork
{
    /// <summary>Makes a network and gives it all weights of a file that is opened first. The user's random state is left alone.</summary>
    /// <exception cref="WeightsFormatException">The file is damaged, or of none of the kinds.</exception>
    /// <exception cref="WeightsMismatchException">The file's network is another one.</exception>
    public static TNetwork Load<TNetwork>(Func<TNetwork> create, Func<IWeightsSource> open, IReadOnlyList<CheckpointLayout> layouts) where TNetwork : Module
    {
        TorchRuntime.EnsureLoaded();
        using var random = new GlobalRandomState();
        using IWeightsSource file = open();
        TNetwork network = create();
        try
        {
            PretrainedWeights.Load(network, file, layouts);
            return network;
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }
}
