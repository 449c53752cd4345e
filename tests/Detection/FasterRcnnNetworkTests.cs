using System.Text.Json;
using MLNetDeepExtensions.Blocks;
using MLNetDeepExtensions.Detection;
using MLNetDeepExtensions.Images;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Tests;

[TestClass]
public sealed class FasterRcnnNetworkTests
{
    private static readonly (int Width, int Height)[] Sizes = [(160, 120), (97, 150), (128, 128)];

    private static readonly LabelledBox[][] Truth =
    [
        [new(new(20, 30, 90, 100), 2), new(new(100, 10, 150, 60), 16)], [new(new(5, 5, 60, 140), 89)],
        [new(new(30, 40, 110, 120), 0), new(new(60, 60, 75, 72), 43)],
    ];

    private readonly DisposeScope scope = NewDisposeScope();

    [TestCleanup]
    public void Free() => scope.Dispose();

    /// <summary>Three images of different sizes in one batch, through torchvision's own resizing, padding, proposals and training.</summary>
    [TestMethod]
    public void ResultsLossesAndGradientsEqualTorchvision()
    {
        var options = FasterRcnnNetworkOptions.TorchvisionCoco with { ShortSide = 128, LongSide = 192, ProposalsBeforeNms = 200, Proposals = 60 };
        using var net = new FasterRcnnNetwork(options);
        CollectionAssert.AreEquivalent(TensorGolden.Keys("fasterrcnn_resnet50_fpn", "fasterrcnn"), TensorGolden.Keys(net));
        Formula.Fill(net, ("backbone.body.conv1", 0.5), ("rpn.head.cls_logits", 0.5), ("rpn.head.bbox_pred", 0.1), ("roi_heads.box_head", 0.5),
            ("roi_heads.box_predictor.bbox_pred", 0.5));
        var golden = TensorGolden.Read("fasterrcnn/detector.json");
        var views = Sizes.Zip(Truth, (size, truth) => View(Formula.Picture(size.Width, size.Height), truth, options)).ToList();
        using var images = PaddedImages.Of(views, new(options.Means[0], options.Means[1], options.Means[2]));
        CollectionAssert.AreEqual(golden.GetProperty("batch").Longs(), images.Pixels_N3HW.shape);
        ResultsAreClose(golden, net, images);
        LossesAreClose(golden, net, images, DetectionTargets.From([.. views.Select(view => view.Objects)]));
    }

    [TestMethod]
    public void ParametersAreAsManyAsPublished()
    {
        Assert.AreEqual(137_078_239, Parameters(new() { Classes = 20 }));
        Assert.AreEqual(41_396_536, Parameters(FasterRcnnNetworkOptions.TorchvisionCoco with { Classes = 20 }));
        Assert.AreEqual(41_808_406, Parameters(FasterRcnnNetworkOptions.TorchvisionCoco with { BackboneNormalisation = Normalisation.Batch }));
    }

    [TestMethod]
    [DataRow(DetectionBackbone.Vgg16, false, 16)]
    [DataRow(DetectionBackbone.ResNet18, false, 16)]
    [DataRow(DetectionBackbone.ResNet50, false, 16)]
    [DataRow(DetectionBackbone.ResNet18, true, 4)]
    [DataRow(DetectionBackbone.ResNet34, true, 4)]
    public void AnyImageSizeHasAsManyResultsAsAnchorsAndRegions(DetectionBackbone backbone, bool pyramid, int stride)
    {
        using var net = new FasterRcnnNetwork((pyramid ? SmallPyramid : Small) with { Backbone = backbone });
        using var constant = inference_mode();
        net.eval();
        var features = net.Features(zeros(2, 3, 64, 96));
        CollectionAssert.AreEqual(new long[] { 64 / stride, 96 / stride }, features.Maps_NCHW[0].shape[2..]);
        var output = net.Propose(features);
        CollectionAssert.AreEqual(new[] { 2, output.Anchors_A4.shape[0] }, output.Logits_NA.shape);
        CollectionAssert.AreEqual(new[] { 2, output.Anchors_A4.shape[0], 4 }, output.Offsets_NA4.shape);
        Assert.AreEqual(output.AnchorsOfLevel.Sum(), output.Anchors_A4.shape[0]);
        var regions = net.Classify(features, [zeros(0, 4), tensor(new float[,] { { 0, 0, 90, 60 }, { 3, 4, 20, 20 } })]);
        CollectionAssert.AreEqual(new long[] { 2, 4 }, regions.Logits_KC.shape);
        CollectionAssert.AreEqual(new long[] { 2, 4, 4 }, regions.Offsets_KC4.shape);
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void ABatchEqualsItsImagesOneByOne(bool pyramid)
    {
        var options = pyramid ? SmallPyramid : Small;
        using var net = Formula.Fill(new FasterRcnnNetwork(options), ("rpn.head", 0.1), ("roi_heads.box_predictor", 0.3));
        using var constant = inference_mode();
        // Of the same size once padded: convolutions see the padding, as in torchvision.
        DetectionView[] views =
            [.. new[] { (160, 120), (150, 100), (140, 100) }.Select(size => View(Formula.Picture(size.Item1, size.Item2), [], options))];
        Assert.AreEqual(3, views.Select(view => view.Width).Distinct().Count());
        var together = Detect(net, views);
        for (int n = 0; n < views.Length; n++)
        {
            var alone = Detect(net, [views[n]])[0];
            Assert.IsNotEmpty(alone);
            Assert.HasCount(alone.Count, together[n]);
            foreach (var (one, other) in alone.Zip(together[n]))
                Assert.IsTrue(one.Class == other.Class && Math.Abs(one.Score - other.Score) < 1e-4
                    && one.Box.IntersectionOverUnion(other.Box) > 0.999f, $"image {n}: {one}, {other}");
        }
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void APreparedNetworkPredictsTheSame(bool pyramid)
    {
        var options = pyramid ? SmallPyramid : Small with { Backbone = DetectionBackbone.ResNet18HalfWidth };
        using var net = Formula.Fill(new FasterRcnnNetwork(options));
        using var constant = no_grad();
        var images = Formula.Images(2, 64);
        Tensor[] regions = [tensor(new float[,] { { 0, 0, 60, 60 } }), tensor(new float[,] { { 9, 4, 20, 33 } })];
        var (logits, classes) = Run();
        InferencePreparation.Prepare(net);
        var (preparedLogits, preparedClasses) = Run();
        TensorGolden.AreClose(logits, preparedLogits, 1e-3);
        TensorGolden.AreClose(classes, preparedClasses, 1e-3);
        net.to(ScalarType.BFloat16);
        TensorGolden.AreClose(classes, Run().Classes, 0.1 * classes.Max(Math.Abs));

        (float[] Logits, float[] Classes) Run()
        {
            var features = net.Features(images);
            return (net.Propose(features).Logits_NA.Values(), net.Classify(features, regions).Logits_KC.Values());
        }
    }

    [TestMethod]
    public void OptionsSurviveJson()
    {
        var options = FasterRcnnNetworkOptions.TorchvisionCoco with { AnchorSizes = [8, 16, 32, 64, 128], HeadWidth = 77, Dropout = 0.25 };
        string json = JsonSerializer.Serialize(options);
        Assert.AreEqual(json, JsonSerializer.Serialize(JsonSerializer.Deserialize<FasterRcnnNetworkOptions>(json)));
        StringAssert.Contains(json, "\"HeadWidth\":77");
    }

    [TestMethod]
    public void AllFaultsAreToldAtOnce()
    {
        var wrong = new FasterRcnnNetworkOptions
        {
            FeaturePyramid = true, ShortSide = 5, LongSide = 3, Classes = -1, PyramidWidth = 0, ProposalWidth = 0, ProposalsBeforeNms = 0, Proposals = 0,
            RoiSize = 0, RoiSamples = -1, HeadWidth = 0, ProposalNmsThreshold = 2, MinProposalSide = -1, Dropout = 1, NormalisationEpsilon = -1,
            AnchorSizes = [1], AnchorRatios = [], Variances = [1], Mean = [1], Deviation = [0, 1, 1],
        };
        string[] names =
        [
            "FeaturePyramid", "RoiPooling", "ShortSide", "LongSide", "Classes", "PyramidWidth", "ProposalWidth", "ProposalsBeforeNms", "Proposals",
            "RoiSize", "RoiSamples", "HeadWidth", "ProposalNmsThreshold", "MinProposalSide", "Dropout", "NormalisationEpsilon",
            "AnchorSizes", "AnchorRatios", "Variances", "Mean", "Deviation",
        ];
        CollectionAssert.AreEqual(names, wrong.Faults().Select(fault => fault[..fault.IndexOf(':')]).ToArray());
        foreach (var right in new[] { new(), Small, SmallPyramid, FasterRcnnNetworkOptions.TorchvisionCoco })
            Assert.IsEmpty(right.Faults());
        var exception = Assert.ThrowsExactly<ArgumentException>(() => new FasterRcnnNetwork(Small with { Classes = 0 }));
        Assert.AreEqual("FasterRcnnNetworkOptions is not valid:\n  Classes: expected at least 1, got 0.", exception.Message);
    }

    [TestMethod]
    public void ImagesThatAreNotPaddedAreRefused()
    {
        using var net = new FasterRcnnNetwork(Small);
        var exception = Assert.ThrowsExactly<ArgumentException>(() => net.Features(zeros(1, 3, 96, 95)));
        Assert.AreEqual("images_N3HW: expected [N, 3, H, W] with H and W multiples of 32, got [1, 3, 96, 95].", exception.Message);
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void DisposingFreesEveryTensor(bool pyramid)
    {
        var net = new FasterRcnnNetwork(pyramid ? SmallPyramid : Small);
        var tensors = net.state_dict().Values.ToList();
        net.Dispose();
        Assert.IsTrue(tensors.All(tensor => tensor.IsInvalid));
    }

    internal static FasterRcnnNetworkOptions Small { get; } = new()
    {
        Backbone = DetectionBackbone.ResNet18HalfWidth, Classes = 3, ShortSide = 64, LongSide = 96, AnchorSizes = [16, 32, 64], HeadWidth = 64,
        ProposalWidth = 64, MinProposalSide = 2, BackboneNormalisation = Normalisation.Batch,
    };

    internal static FasterRcnnNetworkOptions SmallPyramid { get; } = Small with
    {
        FeaturePyramid = true, PyramidWidth = 64, RoiPooling = RoiPooling.Align, AnchorSizes = [8, 16, 32, 64, 128],
    };

    internal static IReadOnlyList<IReadOnlyList<DetectedObject>> Detect(
        FasterRcnnNetwork net, IReadOnlyList<DetectionView> views, DetectionOptions? options = null)
    {
        float[] mean = net.Options.Means;
        using var images = PaddedImages.Of(views, new(mean[0], mean[1], mean[2]));
        var features = net.Features(images.Pixels_N3HW);
        Tensor[] regions = [.. new RegionProposals(net.Options).Of(net.Propose(features), images.Sizes).Select(image => image.Boxes_R4)];
        return new FasterRcnnDecoder(net.Options, options).Decode(
            net.Classify(features, regions), regions, images.Sizes, [.. views.Select(view => (view.Image.Width, view.Image.Height))]);
    }

    private static DetectionView View(RgbImage image, LabelledBox[] truth, FasterRcnnNetworkOptions options)
    {
        var (width, height) = options.InputSize(image.Width, image.Height);
        return new DetectionSample(image, truth).Whole(width, height);
    }

    private static long Parameters(FasterRcnnNetworkOptions options)
    {
        using var net = new FasterRcnnNetwork(options);
        return net.parameters().Sum(p => p.numel());
    }

    private static void ResultsAreClose(JsonElement golden, FasterRcnnNetwork net, PaddedImages images)
    {
        using var constant = no_grad();
        var features = net.Features(images.Pixels_N3HW);
        for (int level = 0; level < 5; level++)
            TensorGolden.AreClose(golden.GetProperty("levels")[level], features.Maps_NCHW[level], 1e-4);
        var proposals = new RegionProposals(net.Options).Of(net.Propose(features), images.Sizes);
        for (int n = 0; n < 3; n++)
            TensorGolden.AreClose(golden.GetProperty("proposals")[n].Floats(), proposals[n].Boxes_R4.Values(), 1e-2);
        Tensor[] regions = [.. proposals.Select(image => image.Boxes_R4)];
        var found = new FasterRcnnDecoder(net.Options).Decode(net.Classify(features, regions), regions, images.Sizes, Sizes);
        for (int n = 0; n < 3; n++)
            SSDDecoderTests.AreClose(golden.GetProperty("images")[n], found[n]);
    }

    private static void LossesAreClose(JsonElement golden, FasterRcnnNetwork net, PaddedImages images, DetectionTargets targets)
    {
        var everything = FasterRcnnLossOptions.Torchvision with
        {
            ProposalsBeforeNms = 200, Proposals = 60, AnchorSamples = 1_000_000, RegionSamples = 1_000_000,
        };
        var terms = new FasterRcnnLoss(net.Options, everything).Of(net, images, targets);
        foreach (var (name, term) in new[]
        {
            ("loss_objectness", terms.Proposals.Classification), ("loss_rpn_box_reg", terms.Proposals.Boxes),
            ("loss_classifier", terms.Regions.Classification), ("loss_box_reg", terms.Regions.Boxes),
        })
            Assert.AreEqual(golden.GetProperty("losses").GetProperty(name).GetDouble(), term.item<float>(), 1e-4, name);
        (terms.Proposals.Classification + terms.Proposals.Boxes + terms.Regions.Classification + terms.Regions.Boxes).backward();
        foreach (var gradient in golden.GetProperty("gradients").EnumerateObject())
            TensorGolden.AreClose(
                gradient.Value, net.get_parameter(gradient.Name)!.grad!, 0.01 * gradient.Value.GetProperty("absolute").GetDouble());
    }
}
