using Microsoft.ML.Runtime;
using MLNetDeepExtensions.Bridge;
using MLNetDeepExtensions.Labels;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Detection;

/// <summary>A trained SSD detector. See <see cref="DetectionTransformer"/> for the columns it adds.</summary>
[SavedModel("SSD")]
public sealed class SSDDetectionTransformer : NetworkDetectionTransformer<SSDNetworkOptions, SSDNetwork>
{
    private static readonly DetectorKind<SSDNetworkOptions, SSDNetwork> Kind = new(
        network => new SSDNetwork(network), (network, options, device) => new SSDDetector(network, options, device), Faults);

    internal SSDDetectionTransformer(
        IHostEnvironment env, SSDNetwork trained, DetectionOptions options, DetectionColumns columns, ClassLabels labels, Device device)
        : base(env, Kind, new SavedDetector<SSDNetworkOptions>(trained.Options, options, columns, labels), trained, device)
    {
    }

    private SSDDetectionTransformer(IHostEnvironment env, ModelZipReader zip) : base(env, Kind, zip)
    {
    }

    private SSDDetectionTransformer(SSDDetectionTransformer other, DetectionOptions options) : base(other.Host, Kind, other, options)
    {
    }

    /// <summary>The same model, sharing its weights, with other inference settings.</summary>
    /// <exception cref="ArgumentException">A setting is out of its range.</exception>
    public SSDDetectionTransformer With(DetectionOptions options) => new(this, options);

    private static IEnumerable<string> Faults(SSDNetworkOptions network, int classes) => network.Classes == classes
        ? network.Faults()
        : network.Faults().Append($"Classes: expected {classes}, one for each label, got {network.Classes}.");
}
