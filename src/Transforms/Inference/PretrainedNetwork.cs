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
        using IWeightsSource file = open();
        return Load(create, network => PretrainedWeights.Load(network, file, layouts));
    }

    /// <summary>Makes a network and gives it weights, of several files perhaps. The user's random state is left alone.</summary>
    /// <inheritdoc cref="Load{TNetwork}(Func{TNetwork}, Func{IWeightsSource}, IReadOnlyList{CheckpointLayout})"/>
    public static TNetwork Load<TNetwork>(Func<TNetwork> create, Action<TNetwork> load) where TNetwork : Module
    {
        TorchRuntime.EnsureLoaded();
        using var random = new GlobalRandomState();
        TNetwork network = create();
        try
        {
            load(network);
            return network;
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }
}
