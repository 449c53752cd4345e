using Microsoft.ML.Runtime;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Detection;

/// <summary>Puts a Faster R-CNN that was trained elsewhere into a pipeline; its fitting reads the weights and no rows.</summary>
public sealed class FasterRcnnDetectionEstimator : PretrainedDetectionEstimator<FasterRcnnDetectionTransformer>
{
    private readonly FasterRcnnNetworkOptions network;

    internal FasterRcnnDetectionEstimator(IHostEnvironment env, PretrainedDetector detector, FasterRcnnNetworkOptions network) : base(env, detector)
    {
        this.network = network.Classes == 0 ? network with { Classes = Labels.Count } : network;
        EnsureValid(this.network.Faults(), this.network.Classes);
    }

    private protected override FasterRcnnDetectionTransformer CreateTransformer(Device device) => new(
        Host, Load(() => new FasterRcnnNetwork(network), FasterRcnnCheckpoints.Detectors(network)), Detector.Inference, Detector.Columns, Labels, device);
}
