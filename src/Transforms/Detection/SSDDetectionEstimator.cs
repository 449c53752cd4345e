using Microsoft.ML.Runtime;
using MLNetDeepExtensions.Weights;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Detection;

/// <summary>Puts an SSD that was trained elsewhere into a pipeline; its fitting reads the weights and no rows.</summary>
public sealed class SSDDetectionEstimator : PretrainedDetectionEstimator<SSDDetectionTransformer>
{
    private readonly SSDNetworkOptions network;

    internal SSDDetectionEstimator(IHostEnvironment env, PretrainedDetector detector, SSDNetworkOptions network) : base(env, detector)
    {
        this.network = network.Classes == 0 ? network with { Classes = Labels.Count } : network;
        EnsureValid(this.network.Faults(), this.network.Classes);
    }

    private protected override SSDDetectionTransformer CreateTransformer(Device device)
    {
        SSDNetwork trained = Load(() => new SSDNetwork(network), WeightsFile.Open, SSDCheckpoints.Detectors(network));
        return new(Host, trained, Detector.Inference, Detector.Columns, Labels, device);
    }
}
