using Microsoft.ML.Runtime;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Detection;

/// <summary>Puts a YOLO that was trained elsewhere into a pipeline; its fitting reads the weights and no rows.</summary>
public sealed class YoloDetectionEstimator : PretrainedDetectionEstimator<YoloDetectionTransformer>
{
    private readonly YoloNetworkOptions network;

    internal YoloDetectionEstimator(IHostEnvironment env, PretrainedDetector detector, YoloNetworkOptions network) : base(env, detector)
    {
        this.network = network.Classes == 0 ? network with { Classes = Labels.Count } : network;
        EnsureValid(this.network.Faults(), this.network.Classes);
    }

    private protected override YoloDetectionTransformer CreateTransformer(Device device)
    {
        YoloNetwork trained = Load(() => YoloNetwork.Create(network), path => YoloCheckpoints.Open(path, network), YoloCheckpoints.Detectors(network));
        return new(Host, trained, Detector.Inference, Detector.Columns, Labels, device);
    }
}
