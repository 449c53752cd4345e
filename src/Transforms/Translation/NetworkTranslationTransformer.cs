using Microsoft.ML.Runtime;
using MLNetDeepExtensions.Bridge;
using MLNetDeepExtensions.Inference;
using MLNetDeepExtensions.Weights;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetDeepExtensions.Translation;

/// <summary>What distinguishes one kind of translator from another.</summary>
/// <param name="CreateNetwork">The network with initial weights.</param>
/// <param name="Vocabularies">How many tokens of each language the network knows.</param>
/// <param name="Faults">What else is wrong with options for a pair of tokenisers.</param>
internal sealed record TranslatorKind<TNetworkOptions, TNetwork>(Func<TNetworkOptions, TNetwork> CreateNetwork,
    Func<TNetworkOptions, (int Source, int Target)> Vocabularies, Func<TNetworkOptions, TokeniserPair, IEnumerable<string>> Faults);

/// <summary>A translator around one network: weights, saving, loading, sharing.</summary>
/// <typeparam name="TNetworkOptions">The record that says what the network is; saved with the model.</typeparam>
/// <typeparam name="TNetwork">The network.</typeparam>
public abstract class NetworkTranslationTransformer<TNetworkOptions, TNetwork> : TranslationTransformer
    where TNetwork : Module, ITranslationNetwork
{
    private readonly Shared<TrainedNetwork<TNetwork>> network;

    /// <summary>Takes over a trained network.</summary>
    private protected NetworkTranslationTransformer(IHostEnvironment env, TranslatorKind<TNetworkOptions, TNetwork> kind, TNetworkOptions options,
        TranslationOptions inference, TranslationColumns columns, TokeniserPair tokenisers, TNetwork trained, Device device)
        : this(env, options, inference, columns, tokenisers, new Shared<TrainedNetwork<TNetwork>>(
            new TrainedNetwork<TNetwork>(trained, device, () => kind.CreateNetwork(options))))
    {
    }

    /// <summary>Loads a saved model.</summary>
    private protected NetworkTranslationTransformer(IHostEnvironment env, TranslatorKind<TNetworkOptions, TNetwork> kind, ModelZipReader zip)
        : this(env, kind, zip, zip.ReadOptions<SavedTranslator<TNetworkOptions>>(saved => Faults(kind, saved)))
    {
    }

    /// <summary>Shares another's weights, with other inference settings.</summary>
    private protected NetworkTranslationTransformer(NetworkTranslationTransformer<TNetworkOptions, TNetwork> other, TranslationOptions options)
        : this(other.Host, other.Network, options, other.Columns, other.Tokenisers, other.network.Share())
    {
        History = other.History;
    }

    private NetworkTranslationTransformer(IHostEnvironment env, TranslatorKind<TNetworkOptions, TNetwork> kind, ModelZipReader zip,
        SavedTranslator<TNetworkOptions> saved)
        : this(env, kind, saved.Network, saved.Inference, saved.Columns, saved.Tokenisers.Create(),
            zip.ReadNetwork(() => kind.CreateNetwork(saved.Network)), DeviceChoice.ForLoading(env))
    {
    }

    private NetworkTranslationTransformer(IHostEnvironment env, TNetworkOptions options, TranslationOptions inference, TranslationColumns columns,
        TokeniserPair tokenisers, Shared<TrainedNetwork<TNetwork>> network)
        : base(env, inference, columns, tokenisers, network.Use(weights => weights.Trained.MaximumLength)) =>
        (Network, this.network) = (options, network);

    /// <summary>What the network is.</summary>
    public TNetworkOptions Network { get; }

    /// <inheritdoc/>
    public sealed override long ParameterCount => network.Use(weights => weights.Trained.parameters().Sum(parameter => parameter.numel()));

    /// <inheritdoc/>
    public sealed override void SaveWeights(string path) => network.Use(weights => weights.Trained.SaveWeights(path));

    /// <inheritdoc/>
    public sealed override void Dispose() => network.Dispose();

    /// <summary>Runs something on the network as it was trained.</summary>
    internal T UseNetwork<T>(Func<TNetwork, T> action) => network.Use(weights => action(weights.Trained));

    internal sealed override void Save(ModelZipWriter zip)
    {
        zip.WriteOptions(new SavedTranslator<TNetworkOptions>(Network, Options, Columns, Tokenisers.Save()));
        network.SaveTo(zip);
    }

    private protected sealed override IReadOnlyList<SentenceTranslation> Translate(IReadOnlyList<string> sentences) =>
        network.Infer(weights => Translator.Translate(weights.For(Options.Precision), weights.Device, sentences));

    private protected sealed override float[] Align(SentenceTranslation translation) =>
        network.Infer(weights => Translator.Align(weights.For(Options.Precision), weights.Device, translation));

    private static IEnumerable<string> Faults(TranslatorKind<TNetworkOptions, TNetwork> kind, SavedTranslator<TNetworkOptions> saved)
    {
        string[] faults = [.. saved.Inference.Faults(), .. saved.Tokenisers.Faults()];
        if (faults.Length > 0)
            return faults;
        TokeniserPair tokenisers = saved.Tokenisers.Create();
        return [.. kind.Faults(saved.Network, tokenisers), .. VocabularyFaults(kind.Vocabularies(saved.Network), tokenisers)];
    }

    private static IEnumerable<string> VocabularyFaults((int Source, int Target) network, TokeniserPair tokenisers)
    {
        if (network != (tokenisers.Source.Count, tokenisers.Target.Count))
            yield return $"SourceVocabulary, TargetVocabulary: expected {tokenisers.Source.Count} and {tokenisers.Target.Count}, the tokens of the tokenisers, "
                + $"got {network.Source} and {network.Target}.";
    }
}
