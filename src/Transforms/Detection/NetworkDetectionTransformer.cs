using Microsoft.ML.Runtime;
using MLNetDeepExtensions.Bridge;
using MLNetDeepExtensions.Inference;
using MLNetDeepExtensions.Weights;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetDeepExtensions.Detection;

/// <summary>What distinguishes one kind of detector from another: its network, and what goes before and after it.</summary>
/// <param name="CreateNetwork">The network with initial weights.</param>
/// <param name="CreateDetector">What goes before and after the network.</param>
/// <param name="Faults">What is wrong with options for a number of classes.</param>
internal sealed record DetectorKind<TNetworkOptions, TNetwork>(
    Func<TNetworkOptions, TNetwork> CreateNetwork, Func<TNetworkOptions, DetectionOptions, Device, IDetector<TNetwork>> CreateDetector,
    Func<TNetworkOptions, int, IEnumerable<string>> Faults);

/// <summary>A detector around one network: weights, saving, loading, sharing.</summary>
/// <typeparam name="TNetworkOptions">The record that says what the network is; saved with the model.</typeparam>
/// <typeparam name="TNetwork">The network.</typeparam>
public abstract class NetworkDetectionTransformer<TNetworkOptions, TNetwork> : DetectionTransformer where TNetwork : Module
{
    private readonly Shared<TrainedNetwork<TNetwork>> network;
    private readonly Shared<IDetector<TNetwork>> detector;

    /// <summary>Takes over a trained network.</summary>
    private protected NetworkDetectionTransformer(IHostEnvironment env, DetectorKind<TNetworkOptions, TNetwork> kind,
        SavedDetector<TNetworkOptions> description, TNetwork trained, Device device)
        : this(env, kind, description, new Shared<TrainedNetwork<TNetwork>>(
            new TrainedNetwork<TNetwork>(trained, device, () => kind.CreateNetwork(description.Network))), device)
    {
    }

    /// <summary>Loads a saved model.</summary>
    private protected NetworkDetectionTransformer(IHostEnvironment env, DetectorKind<TNetworkOptions, TNetwork> kind, ModelZipReader zip)
        : this(env, kind, zip, zip.ReadOptions<SavedDetector<TNetworkOptions>>(saved =>
            [.. kind.Faults(saved.Network, saved.Labels.Count), .. saved.Inference.Faults(), .. saved.Labels.Faults()]))
    {
    }

    /// <summary>Shares another's weights, with other inference settings.</summary>
    private protected NetworkDetectionTransformer(IHostEnvironment env, DetectorKind<TNetworkOptions, TNetwork> kind,
        NetworkDetectionTransformer<TNetworkOptions, TNetwork> other, DetectionOptions options)
        : this(env, kind, other.Description with { Inference = options }, other.network.Share(), other.network.Use(weights => weights.Device))
    {
        History = other.History;
    }

    private NetworkDetectionTransformer(IHostEnvironment env, DetectorKind<TNetworkOptions, TNetwork> kind, ModelZipReader zip,
        SavedDetector<TNetworkOptions> description)
        : this(env, kind, description, zip.ReadNetwork(() => kind.CreateNetwork(description.Network)), DeviceChoice.ForLoading(env))
    {
    }

    private NetworkDetectionTransformer(IHostEnvironment env, DetectorKind<TNetworkOptions, TNetwork> kind, SavedDetector<TNetworkOptions> description,
        Shared<TrainedNetwork<TNetwork>> network, Device device) : base(env, description.Inference, description.Columns, description.Labels)
    {
        Network = description.Network;
        this.network = network;
        detector = new Shared<IDetector<TNetwork>>(kind.CreateDetector(Network, Options, device));
    }

    /// <summary>What the network is.</summary>
    public TNetworkOptions Network { get; }

    private SavedDetector<TNetworkOptions> Description => new(Network, Options, Columns, ClassLabels);

    /// <inheritdoc/>
    public sealed override void SaveWeights(string path) => network.Use(weights => weights.Trained.SaveWeights(path));

    /// <inheritdoc/>
    public sealed override void Dispose()
    {
        network.Dispose();
        detector.Dispose();
    }

    /// <summary>Runs something on the network as it was trained.</summary>
    internal T UseNetwork<T>(Func<TNetwork, T> action) => network.Use(weights => action(weights.Trained));

    /// <summary>Another owner of the weights.</summary>
    private protected Shared<TrainedNetwork<TNetwork>> ShareNetwork() => network.Share();

    internal sealed override void Save(ModelZipWriter zip)
    {
        zip.WriteOptions(Description);
        network.SaveTo(zip);
    }

    private protected sealed override IReadOnlyList<IReadOnlyList<DetectedObject>> Detect(IReadOnlyList<DetectorInput> inputs) =>
        network.Use(weights => detector.Use(part => part.Detect(weights.For(Options.Precision), inputs)));
}
