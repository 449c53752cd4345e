using Microsoft.ML.Runtime;
using MLNetDeepExtensions.Blocks;
using MLNetDeepExtensions.Bridge;
using MLNetDeepExtensions.Images;
using MLNetDeepExtensions.Inference;
using MLNetDeepExtensions.Weights;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetDeepExtensions.ImageGeneration;

/// <summary>What distinguishes one kind of generator from another besides what it draws.</summary>
/// <param name="CreateNetwork">The network with initial weights.</param>
/// <param name="Faults">What is wrong with options for a number of classes, null for none.</param>
/// <param name="Prepare">Makes a network ready to draw; null: as <see cref="InferencePreparation"/> does.</param>
internal sealed record GeneratorKind<TNetworkOptions, TNetwork>(
    Func<TNetworkOptions, TNetwork> CreateNetwork, Func<TNetworkOptions, int?, IEnumerable<string>> Faults,
    Action<TNetwork, Precision>? Prepare = null);

/// <summary>A generator around one network: weights, saving, loading, sharing.</summary>
/// <typeparam name="TNetworkOptions">The record that says what the network is; saved with the model.</typeparam>
/// <typeparam name="TOptions">The record that says how images are made; saved with the model, replaceable.</typeparam>
/// <typeparam name="TNetwork">The network.</typeparam>
public abstract class NetworkGenerationTransformer<TNetworkOptions, TOptions, TNetwork> : ImageGenerationTransformer
    where TOptions : GenerationOptions
    where TNetwork : Module
{
    private readonly Shared<TrainedNetwork<TNetwork>> network;

    /// <summary>Takes over a trained network.</summary>
    private protected NetworkGenerationTransformer(IHostEnvironment env, GeneratorKind<TNetworkOptions, TNetwork> kind,
        SavedGenerator<TNetworkOptions, TOptions> description, TNetwork trained, Device device)
        : this(env, description, new Shared<TrainedNetwork<TNetwork>>(
            new TrainedNetwork<TNetwork>(trained, device, () => kind.CreateNetwork(description.Network), kind.Prepare)))
    {
    }

    /// <summary>Loads a saved model.</summary>
    private protected NetworkGenerationTransformer(IHostEnvironment env, GeneratorKind<TNetworkOptions, TNetwork> kind, ModelZipReader zip)
        : this(env, kind, zip, zip.ReadOptions<SavedGenerator<TNetworkOptions, TOptions>>(saved =>
            [.. kind.Faults(saved.Network, saved.Labels?.Count), .. saved.Inference.Faults(), .. saved.Labels?.Faults() ?? []]))
    {
    }

    /// <summary>Shares another's weights, with other settings.</summary>
    private protected NetworkGenerationTransformer(NetworkGenerationTransformer<TNetworkOptions, TOptions, TNetwork> other, TOptions options)
        : this(other.Host, other.Description with { Inference = options }, other.network.Share()) => History = other.History;

    private NetworkGenerationTransformer(IHostEnvironment env, GeneratorKind<TNetworkOptions, TNetwork> kind, ModelZipReader zip,
        SavedGenerator<TNetworkOptions, TOptions> description)
        : this(env, kind, description, zip.ReadNetwork(() => kind.CreateNetwork(description.Network)), DeviceChoice.ForLoading(env))
    {
    }

    private NetworkGenerationTransformer(IHostEnvironment env, SavedGenerator<TNetworkOptions, TOptions> description,
        Shared<TrainedNetwork<TNetwork>> network) : base(env, description.Inference, description.Columns, description.Labels) =>
        (Network, Options, this.network) = (description.Network, description.Inference, network);

    /// <summary>What the network is.</summary>
    public TNetworkOptions Network { get; }

    /// <summary>How images are made. <c>With</c> gives a copy that makes them otherwise.</summary>
    public TOptions Options { get; }

    private SavedGenerator<TNetworkOptions, TOptions> Description => new(Network, Options, Columns, ClassLabels);

    /// <inheritdoc/>
    public sealed override void SaveWeights(string path) => network.Use(weights => weights.Trained.SaveWeights(path));

    /// <inheritdoc/>
    public sealed override void Dispose() => network.Dispose();

    /// <summary>Runs something on the network as it was trained.</summary>
    internal T UseNetwork<T>(Func<TNetwork, T> action) => network.Use(weights => action(weights.Trained));

    /// <summary>Runs something on the network as it predicts: no gradients, every tensor that is made is disposed.</summary>
    private protected T Infer<T>(Func<TNetwork, Device, T> forward) => network.Infer(weights => forward(weights.For(Options.Precision), weights.Device));

    /// <summary>Another owner of the weights.</summary>
    private protected Shared<TrainedNetwork<TNetwork>> ShareNetwork() => network.Share();

    /// <summary>Images of the network for requests without fault, in order. Runs in inference mode and in a dispose scope.</summary>
    private protected abstract IReadOnlyList<RgbImage> Draw(TNetwork network, IReadOnlyList<GenerationRequest> requests, Device device);

    internal sealed override void Save(ModelZipWriter zip)
    {
        zip.WriteOptions(Description);
        network.SaveTo(zip);
    }

    private protected sealed override IReadOnlyList<RgbImage> Run(IReadOnlyList<GenerationRequest> inputs) =>
        Infer((weights, device) => Draw(weights, inputs, device));
}
