using MLNetDeepExtensions.Blocks;
using MLNetDeepExtensions.Detection;
using MLNetDeepExtensions.Images;
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

    /// <summary>Faster R-CNN with a feature pyramid at 320 pixels, up to the objects found; torchvision's settings.</summary>
    public static ISubject FasterRcnn(DetectionBackbone backbone, Precision precision, int batchSize)
    {
        random.manual_seed(1);
        FasterRcnnNetworkOptions options = FasterRcnnNetworkOptions.TorchvisionCoco with
        {
            Backbone = backbone, BackboneNormalisation = Normalisation.Batch, Classes = 20, ShortSide = 320, LongSide = 320,
        };
        var loss = new FasterRcnnLoss(options, FasterRcnnLossOptions.Torchvision);
        var proposals = new RegionProposals(options);
        var decoder = new FasterRcnnDecoder(options);
        return new NetworkSubject<FasterRcnnNetwork, DetectionBatch>(() => new FasterRcnnNetwork(options), Terms, (network, images) => Detect(network, images.Images_N3HW),
            Batch(options.ShortSide, batchSize), precision);

        IReadOnlyList<LossTensor> Terms(FasterRcnnNetwork network, DetectionBatch batch)
        {
            FasterRcnnLossTerms terms = loss.Of(network, batch.Images, batch.Targets);
            return [.. FasterRcnnTerms.OfProposals(terms.Proposals), .. FasterRcnnTerms.OfRegions(terms.Regions)];
        }

        void Detect(FasterRcnnNetwork network, Tensor images)
        {
            (int, int)[] sizes = [.. Enumerable.Repeat((options.ShortSide, options.ShortSide), batchSize)];
            ImageFeatures features = network.Features(images);
            Tensor[] regions_R4 = [.. proposals.Of(network.Propose(features), sizes).Select(found => found.Boxes_R4)];
            decoder.Decode(network.Classify(features, regions_R4), regions_R4, sizes, sizes);
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
        var images = new PaddedImages(rand(batchSize, 3, imageSize, imageSize), [.. Enumerable.Repeat((imageSize, imageSize), batchSize)]);
        return new DetectionBatch(images, DetectionTargets.From([.. Enumerable.Repeat(objects, batchSize)]), []);
    }
}
