using Microsoft.ML.Runtime;
using MLNetDeepExtensions.Weights;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Detection;

/// <summary>Puts a Faster R-CNN that was trained elsewhere into a pipeline; its fitting reads the weights and no rows.</summary>
public sealed class FasterRcnnDetectionEstimator : PretrainedDetectionEstimator<FasterRcnnDetectionTransformer>
{
    private readonly FasterRcnnNetworkOptions network;

    internal FasterRcnnDetectionEstimator(IHostEnvironment env, PretrainedDetector detector, FasterRcnnNetworkOptions network) : base(env, detector)
    {
        this.network = network.Classes == 0 ? network with { Classes = Labels.Count } : network;
        string[] faults = network.ProposesRegions ? [] : ["ProposesRegions: expected true, since no column gives proposals."];
        EnsureValid(this.network.Faults().Concat(faults), this.network.Classes);
    }

    private protected override FasterRcnnDetectionTransformer CreateTransformer(Device device) => new(
        Host, Load(() => new FasterRcnnNetwork(network), WeightsFile.Open, FasterRcnnCheckpoints.Detectors(network)),
        Detector.Inference, Detector.Columns, Labels, device);
}
