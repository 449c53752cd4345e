using Microsoft.ML.Runtime;
using MLNetDeepExtensions.Backend;
using MLNetDeepExtensions.Bridge;
using MLNetDeepExtensions.Images;
using MLNetDeepExtensions.Inference;
using MLNetDeepExtensions.Labels;
using MLNetDeepExtensions.Weights;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Detection;

/// <summary>A trained SSD detector. See <see cref="DetectionTransformer"/> for the columns it adds.</summary>
[SavedModel("SSD")]
public sealed class SSDDetectionTransformer : DetectionTransformer
{
    private readonly SSDNetworkOptions networkOptions;
    private readonly SharedNetwork<TrainedNetwork<SSDNetwork>> network;

    /// <summary>Takes over a trained network.</summary>
    internal SSDDetectionTransformer(
        IHostEnvironment env, SSDNetwork trained, DetectionOptions options, DetectionColumns columns, ClassLabels labels, Device device)
        : this(env, trained.Options, options, columns, labels,
            new SharedNetwork<TrainedNetwork<SSDNetwork>>(new TrainedNetwork<SSDNetwork>(trained, device, () => new SSDNetwork(trained.Options))))
    {
    }

    private SSDDetectionTransformer(IHostEnvironment env, SSDNetworkOptions networkOptions, DetectionOptions options, DetectionColumns columns,
        ClassLabels labels, SharedNetwork<TrainedNetwork<SSDNetwork>> network) : base(env, options, columns, labels)
    {
        this.networkOptions = networkOptions;
        this.network = network;
    }

    /// <summary>Loads a saved model.</summary>
    private SSDDetectionTransformer(IHostEnvironment env, ModelZipReader zip) : this(env, zip, zip.ReadOptions<SavedDetector<SSDNetworkOptions>>())
    {
    }

    private SSDDetectionTransformer(IHostEnvironment env, ModelZipReader zip, SavedDetector<SSDNetworkOptions> saved)
        : this(env, Load(zip, saved), saved.Inference, saved.Columns, saved.Labels, DeviceChoice.ForLoading(env))
    {
    }

    /// <summary>What the network is.</summary>
    public SSDNetworkOptions Network => networkOptions;

    /// <summary>The same model, sharing its weights, with other inference settings.</summary>
    /// <exception cref="ArgumentException">A setting is out of its range.</exception>
    public SSDDetectionTransformer With(DetectionOptions options) =>
        new(Host, networkOptions, options, Columns, ClassLabels, network.Share()) { History = History };

    /// <summary>Writes the weights as safetensors under torchvision's names, for other programs.</summary>
    /// <exception cref="IOException">The file cannot be written; an older one is untouched.</exception>
    public void SaveWeights(string path) => UseNetwork(trained =>
    {
        trained.SaveWeights(path);
        return true;
    });

    /// <inheritdoc/>
    public override void Dispose() => network.Dispose();

    internal T UseNetwork<T>(Func<SSDNetwork, T> action) => network.Use(networks => action(networks.Trained));

    internal override void Save(ModelZipWriter zip)
    {
        zip.WriteOptions(new SavedDetector<SSDNetworkOptions>(networkOptions, Options, Columns, ClassLabels));
        UseNetwork(trained =>
        {
            zip.WriteWeights(stream => trained.SaveWeights(stream));
            return true;
        });
    }

    private protected override IReadOnlyList<IReadOnlyList<DetectedObject>> Detect(IReadOnlyList<RgbImage> images) => network.Use(networks =>
    {
        using var detector = new SSDDetector(networks.For(Options.Precision), Options, networks.Device);
        return detector.Detect(images);
    });

    private static SSDNetwork Load(ModelZipReader zip, SavedDetector<SSDNetworkOptions> saved)
    {
        TorchRuntime.EnsureLoaded();
        using var random = new GlobalRandomState();
        var network = new SSDNetwork(saved.Network);
        zip.ReadWeights(network);
        return network;
    }
}
