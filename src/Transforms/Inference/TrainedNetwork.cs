using System.Collections.Concurrent;
using MLNetDeepExtensions.Backend;
using MLNetDeepExtensions.Blocks;
using MLNetDeepExtensions.Bridge;
using MLNetDeepExtensions.Weights;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetDeepExtensions.Inference;

/// <summary>
/// A network as it was trained, which is what is saved, and copies of it prepared for inference (folded normalisation, channels-last, number format),
/// made when first needed.
/// </summary>
/// <param name="trained">Owned.</param>
/// <param name="device">Where the copies run.</param>
/// <param name="create">Makes another network of the same options.</param>
/// <param name="prepare">Prepares a copy; null: as <see cref="InferencePreparation"/> does.</param>
internal sealed class TrainedNetwork<TNetwork>(TNetwork trained, Device device, Func<TNetwork> create, Action<TNetwork, Precision>? prepare = null)
    : IDisposable where TNetwork : Module
{
    private readonly ConcurrentDictionary<Precision, Lazy<TNetwork>> prepared = new();

    /// <summary>The network with the weights as trained.</summary>
    public TNetwork Trained => trained;

    /// <summary>Where inference runs.</summary>
    public Device Device => device;

    /// <summary>The copy for inference in a number format.</summary>
    public TNetwork For(Precision precision) => prepared.GetOrAdd(precision, format => new Lazy<TNetwork>(() => Prepare(format))).Value;

    public void Dispose()
    {
        trained.Dispose();
        foreach (Lazy<TNetwork> copy in prepared.Values.Where(copy => copy.IsValueCreated))
            copy.Value.Dispose();
    }

    private TNetwork Prepare(Precision precision)
    {
        // Initial weights draw from the global generator, which is the user's.
        using var random = new GlobalRandomState();
        TNetwork copy = create();
        copy.load_state_dict(trained.state_dict());
        copy.to(device);
        (prepare ?? InferencePreparation.Prepare)(copy, precision);
        return copy;
    }
}

/// <summary>Saving a network that transformers share.</summary>
internal static class SharedNetwork
{
    /// <summary>Writes the weights as trained into a model's zip.</summary>
    public static void SaveTo<TNetwork>(this Shared<TrainedNetwork<TNetwork>> network, ModelZipWriter zip) where TNetwork : Module =>
        network.Use(weights => zip.WriteWeights(stream => weights.Trained.SaveWeights(stream)));
}
