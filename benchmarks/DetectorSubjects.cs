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
        return new NetworkSubject<SSDNetwork, DetectionBatch>(() => new SSDNetwork(options), Terms, (network, images) => network.call(images.Images_N3HW),
            Batch(options.ImageSize, batchSize), precision);

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
        return new NetworkSubject<YoloNetwork, DetectionBatch>(() => YoloNetwork.Create(options), Terms, (network, images) => network.call(images.Images_N3HW),
            Batch(options.ImageSize, batchSize), precision);

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

    /// <summary>Noise with two objects in each image.</summary>
    private static DetectionBatch Batch(int imageSize, int batchSize)
    {
        float side = imageSize;
        LabelledBox[] objects = [new(new Box(.07f * side, .1f * side, .4f * side, .5f * side), 0), new(new Box(.5f * side, .2f * side, .93f * side, .97f * side), 1)];
        return new DetectionBatch(rand(batchSize, 3, imageSize, imageSize), DetectionTargets.From([.. Enumerable.Repeat(objects, batchSize)]));
    }
}
