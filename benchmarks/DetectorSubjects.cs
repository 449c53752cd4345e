using MLNetDeepExtensions.Blocks;
using MLNetDeepExtensions.Detection;
using MLNetDeepExtensions.Training;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Benchmarks;

/// <summary>The detectors that are measured, for 20 classes.</summary>
internal static class DetectorSubjects
{
    /// <summary>SSD300.</summary>
    public static ISubject SSD(DetectionBackbone backbone, Precision precision, int batchSize)
    {
        random.manual_seed(1);
        var options = new SSDNetworkOptions { Backbone = backbone, Classes = 20 };
        var loss = new SSDLoss(options);
        return new DetectorSubject<SSDNetwork>(() => new SSDNetwork(options), Terms, (network, images) => network.call(images),
            options.ImageSize, precision, batchSize);

        IReadOnlyList<LossTensor> Terms(SSDNetwork network, DetectionBatch images)
        {
            SSDLossTerms terms = loss.Of(network.call(images.Images_N3HW), images.Targets);
            return [new LossTensor("confidence", terms.Confidence), new LossTensor("localisation", terms.Localisation)];
        }
    }

    /// <summary>The networks of the paper at 448 pixels, or a residual one at 320 with 20 x 20 cells.</summary>
    public static ISubject Yolo(YoloVariant variant, Precision precision, int batchSize)
    {
        random.manual_seed(1);
        var paper = new YoloNetworkOptions { Variant = variant, Classes = 20 };
        YoloNetworkOptions options = variant == YoloVariant.Residual ? paper with { ImageSize = 320, GridSize = 20 } : paper;
        var loss = new YoloLoss(options);
        return new DetectorSubject<YoloNetwork>(() => YoloNetwork.Create(options), Terms, (network, images) => network.call(images),
            options.ImageSize, precision, batchSize);

        IReadOnlyList<LossTensor> Terms(YoloNetwork network, DetectionBatch images)
        {
            YoloLossTerms terms = loss.Of(network.call(images.Images_N3HW), images.Targets);
            return
            [
                new LossTensor("coordinates", terms.Coordinates), new LossTensor("object", terms.Object),
                new LossTensor("noobject", terms.NoObject), new LossTensor("class", terms.Class),
            ];
        }
    }
}
