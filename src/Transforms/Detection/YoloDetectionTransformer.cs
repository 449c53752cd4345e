using Microsoft.ML.Runtime;
using MLNetDeepExtensions.Bridge;
using MLNetDeepExtensions.Labels;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Detection;

/// <summary>A trained YOLO detector. See <see cref="DetectionTransformer"/> for the columns it adds.</summary>
[SavedModel("Yolo")]
public sealed class YoloDetectionTransformer : NetworkDetectionTransformer<YoloNetworkOptions, YoloNetwork>
{
    private static readonly DetectorKind<YoloNetworkOptions, YoloNetwork> Kind = new(
        YoloNetwork.Create, (network, options, device) => new YoloDetector(network, options, device), Faults);

    internal YoloDetectionTransformer(
        IHostEnvironment env, YoloNetwork trained, DetectionOptions options, DetectionColumns columns, ClassLabels labels, Device device)
        : base(env, Kind, new SavedDetector<YoloNetworkOptions>(trained.Options, options, columns, labels), trained, device)
    {
    }

    private YoloDetectionTransformer(IHostEnvironment env, ModelZipReader zip) : base(env, Kind, zip)
    {
    }

    private YoloDetectionTransformer(YoloDetectionTransformer other, DetectionOptions options) : base(other.Host, Kind, other, options)
    {
    }

    /// <summary>The same model, sharing its weights, with other inference settings.</summary>
    /// <exception cref="ArgumentException">A setting is out of its range.</exception>
    public YoloDetectionTransformer With(DetectionOptions options) => new(this, options);

    private static IEnumerable<string> Faults(YoloNetworkOptions network, int classes) => network.Classes == classes
        ? network.Faults()
        : network.Faults().Append($"Classes: expected {classes}, one for each label, got {network.Classes}.");
}
