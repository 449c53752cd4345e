using MLNetDeepExtensions.Detection;
using MLNetDeepExtensions.Images;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Tests;

[TestClass]
public sealed class FasterRcnnLossTests
{
    private static readonly FasterRcnnNetworkOptions Small = FasterRcnnNetworkTests.Small, Pyramid = FasterRcnnNetworkTests.SmallPyramid;
    private readonly DisposeScope scope = NewDisposeScope();

    [TestInitialize]
    public void Seed() => manual_seed(1);

    [TestCleanup]
    public void Free() => scope.Dispose();

    [TestMethod]
    [DataRow(1.0 / 9, new[] { 0.01125f, 0.045f, 0.444444f, 1.944444f })]
    [DataRow(1, new[] { 0.00125f, 0.005f, 0.125f, 1.5f })]
    public void TheDistanceEqualsTheWorkedExample(double beta, float[] expected)
    {
        var actual = new[] { 0.05f, 0.1f, 0.5f, 2 }
            .Select(x => FasterRcnnLoss.Distance(tensor(new[] { x }), zeros(1), beta).item<float>()).ToArray();
        TensorGolden.AreClose(expected, actual, 1e-6);
    }

    [TestMethod]
    public void SamplesAreBalancedAndDrawnFromTheGlobalState()
    {
        var match = cat([zeros(100, dtype: ScalarType.Int64), full(900, Matcher.Background, ScalarType.Int64), full(50, Matcher.Ignored, ScalarType.Int64)]);
        var (first, _) = BalancedSampling.Draw(match, 128, 0.25);
        var (second, background) = BalancedSampling.Draw(match, 128, 0.25);
        Assert.AreEqual(32, first.shape[0]);
        Assert.AreEqual(96, background.shape[0]);
        Assert.IsFalse(first.Equals(second));
        Assert.IsTrue(second.max().item<long>() < 100);
        Assert.IsTrue(background.min().item<long>() >= 100 && background.max().item<long>() < 1000);
        Assert.AreEqual(96, background.data<long>().ToArray().Distinct().Count());
        manual_seed(1);
        Assert.IsTrue(first.Equals(BalancedSampling.Draw(match, 128, 0.25).Foreground_F));
        Assert.AreEqual(256 - 100, BalancedSampling.Draw(match, 256, 0.5).Background_B.shape[0]);
    }

    [TestMethod]
    public void AnchorsAcrossTheBorderAreIgnoredUnlessWanted()
    {
        var anchors = tensor(new float[,] { { 0, 0, 32, 32 }, { -1, 0, 31, 32 }, { 40, 40, 65, 60 }, { 20, 20, 60, 60 } });
        var truth = tensor(new float[,] { { 0, 0, 31, 31 } });
        Assert.IsTrue(new FasterRcnnLoss(Small).MatchAnchors(anchors, truth, (64, 64)).Equals(tensor(new long[] { 0, -2, -2, -1 })));
        Assert.IsTrue(new FasterRcnnLoss(Small, FasterRcnnLossOptions.Torchvision).MatchAnchors(anchors, truth, (64, 64))
            .Equals(tensor(new long[] { 0, 0, -1, -1 })));
    }

    [TestMethod]
    public void RegionsOfTooLittleOverlapAreIgnoredIfWanted()
    {
        var regions = tensor(new float[,] { { 0, 0, 30, 30 }, { 20, 0, 50, 30 }, { 40, 40, 60, 60 } });
        var truth = tensor(new float[,] { { 0, 0, 31, 31 } });
        Assert.IsTrue(new FasterRcnnLoss(Small).MatchRegions(regions, truth).Equals(tensor(new long[] { 0, -1, -1 })));
        Assert.IsTrue(new FasterRcnnLoss(Small, new() { RegionBackgroundFrom = 0.1 }).MatchRegions(regions, truth)
            .Equals(tensor(new long[] { 0, -1, -2 })));
    }

    [TestMethod]
    public void NoGradientGoesThroughCoordinatesOfRegions()
    {
        using var net = new FasterRcnnNetwork(Pyramid);
        var (images, targets) = Batch();
        var features = net.Features(images.Pixels_N3HW);
        var regions = tensor(new float[,] { { 4, 4, 40, 40 } }).requires_grad_();
        var terms = new FasterRcnnLoss(Pyramid).OfRegions(net, features, [regions, regions], targets);
        (terms.Classification + terms.Boxes).backward();
        Assert.IsNull(regions.grad);
        Assert.IsTrue(net.named_parameters().Where(p => p.name.StartsWith("rpn.")).All(p => p.parameter.grad is null));
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void ImagesWithoutObjectsTeachBackgroundAlone(bool pyramid)
    {
        var options = pyramid ? Pyramid : Small;
        using var net = new FasterRcnnNetwork(options);
        var (images, _) = Batch();
        var terms = new FasterRcnnLoss(options).Of(net, images, DetectionTargets.From([[], []]));
        Assert.AreEqual(0f, terms.Proposals.Boxes.item<float>());
        Assert.AreEqual(0f, terms.Regions.Boxes.item<float>());
        Assert.IsGreaterThan(0f, terms.Proposals.Classification.item<float>());
        Assert.IsGreaterThan(0f, terms.Regions.Classification.item<float>());
        (terms.Proposals.Classification + terms.Proposals.Boxes + terms.Regions.Classification + terms.Regions.Boxes).backward();
        Assert.AreEqual(0f, net.get_parameter("rpn.head.bbox_pred.weight")!.grad!.abs().sum().item<float>());
    }

    [TestMethod]
    [DataRow(DetectionBackbone.ResNet18HalfWidth, false)]
    [DataRow(DetectionBackbone.ResNet18HalfWidth, true)]
    [DataRow(DetectionBackbone.ResNet50, false)]
    [DataRow(DetectionBackbone.Vgg16, false)]
    public void EveryParameterGetsAGradient(DetectionBackbone backbone, bool pyramid)
    {
        var options = (pyramid ? Pyramid : Small) with { Backbone = backbone };
        using var net = new FasterRcnnNetwork(options);
        var (images, targets) = Batch();
        Total(new FasterRcnnLoss(options, new() { IgnoreBorderAnchors = false }).Of(net, images, targets)).backward();
        LearningChecks.EveryParameterHasAGradient(net);
    }

    /// <summary>One map of stride 16 has 4 x 4 cells for 64 pixels: with rounded edges regions with and without an object then have the same
    /// features.</summary>
    [TestMethod]
    [DataRow(true, RoiPooling.Align, 64)]
    [DataRow(false, RoiPooling.Pool, 96)]
    public void ABatchCanBeLearnedByHeart(bool pyramid, RoiPooling pooling, int side)
    {
        var options = pyramid ? Pyramid : Small with { RoiPooling = pooling, AnchorSizes = [side / 4, side / 2, side] };
        using var net = new FasterRcnnNetwork(options);
        var loss = new FasterRcnnLoss(options, new() { IgnoreBorderAnchors = false, Proposals = 200, AnchorSamples = 64, RegionSamples = 32 });
        using var optimiser = optim.Adam(net.parameters(), 1e-3);
        LabelledBox[][] truth = [.. Truth.Select(image => image.Select(o => o with { Box = o.Box.Rescale((64, 64), (side, side)) }).ToArray())];
        var images = new PaddedImages(LearningChecks.Draw(truth, side), [(side, side), (side, side)]);
        var targets = DetectionTargets.From(truth);
        for (int step = 0; step < 150; step++)
        {
            // Small steps at the end: the stored statistics of the normalisation catch up.
            if (step == 110)
                foreach (var group in optimiser.ParamGroups)
                    group.LearningRate = 1e-4;
            using var inner = NewDisposeScope();
            optimiser.zero_grad();
            Total(loss.Of(net, images, targets)).backward();
            optimiser.step();
        }
        net.eval();
        var features = net.Features(images.Pixels_N3HW);
        Tensor[] regions = [.. new RegionProposals(options).Of(net.Propose(features), images.Sizes).Select(image => image.Boxes_R4)];
        var decoder = new FasterRcnnDecoder(options, new() { ScoreThreshold = 0.5f, NmsThreshold = 0.3f });
        LearningChecks.AllIsFound(truth, decoder.Decode(net.Classify(features, regions), regions, images.Sizes, images.Sizes));
    }

    [TestMethod]
    public void NothingIsLeftAfterLossAndDecoding()
    {
        using var net = new FasterRcnnNetwork(Pyramid);
        var loss = new FasterRcnnLoss(Pyramid);
        var decoder = new FasterRcnnDecoder(Pyramid);
        var (images, targets) = Batch();
        Step();
        long before = Tensor.TotalCount;
        Step();
        Assert.AreEqual(before, Tensor.TotalCount);

        void Step()
        {
            var terms = loss.Of(net, images, targets);
            foreach (var term in new[] { terms.Proposals.Classification, terms.Proposals.Boxes, terms.Regions.Classification, terms.Regions.Boxes })
                term.Dispose();
            using var features = net.Features(images.Pixels_N3HW);
            using var output = net.Propose(features);
            var regions = new RegionProposals(Pyramid).Of(output, images.Sizes);
            Tensor[] boxes = [.. regions.Select(image => image.Boxes_R4)];
            using var found = net.Classify(features, boxes);
            decoder.Decode(found, boxes, images.Sizes, images.Sizes);
            foreach (var image in regions)
                image.Dispose();
        }
    }

    [TestMethod]
    public void AllFaultsAreToldAtOnce()
    {
        var wrong = new FasterRcnnLossOptions
        {
            AnchorForeground = 2, RegionBackgroundFrom = 0.6, AnchorSamples = 0, Proposals = 0, AnchorBoxBeta = 0, RegionBoxWeight = -1,
        };
        string[] names = ["AnchorForeground", "RegionBackgroundFrom", "AnchorSamples", "Proposals", "AnchorBoxBeta", "RegionBoxWeight"];
        CollectionAssert.AreEqual(names, wrong.Faults().Select(fault => fault[..fault.IndexOf(':')]).ToArray());
        Assert.IsEmpty(new FasterRcnnLossOptions().Faults());
        Assert.IsEmpty(FasterRcnnLossOptions.Torchvision.Faults());
        Assert.ThrowsExactly<ArgumentException>(() => new FasterRcnnLoss(Small, wrong));
    }

    private static LabelledBox[][] Truth { get; } =
        [[new(new(8, 8, 32, 32), 0)], [new(new(32, 24, 60, 60), 1), new(new(4, 36, 20, 60), 2)]];

    private static (PaddedImages Images, DetectionTargets Targets) Batch() =>
        (new(LearningChecks.Draw(Truth, 64), [(64, 64), (64, 64)]), DetectionTargets.From(Truth));

    private static Tensor Total(FasterRcnnLossTerms terms) =>
        terms.Proposals.Classification + terms.Proposals.Boxes + terms.Regions.Classification + terms.Regions.Boxes;
}
