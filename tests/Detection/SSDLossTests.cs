using MLNetDeepExtensions.Detection;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Tests;

[TestClass]
public sealed class SSDLossTests
{
    private static readonly SSDNetworkOptions Options = new() { Classes = 3, Preset = DefaultBoxPreset.Coco300 };
    private static readonly SSDNetworkOptions Small = Options with { Backbone = DetectionBackbone.ResNet18HalfWidth, ImageSize = 96 };
    private readonly DisposeScope scope = NewDisposeScope();

    [TestCleanup]
    public void Free() => scope.Dispose();

    [TestMethod]
    public void TermsEqualTorchvision()
    {
        var golden = TensorGolden.Read("ssd/decoding.json");
        using var loss = new SSDLoss(Options);
        var terms = loss.Of(SSDDecoderTests.Output(), Truth());
        Assert.AreEqual(golden.GetProperty("confidence").GetDouble(), terms.Confidence.item<float>(), 1e-4);
        Assert.AreEqual(golden.GetProperty("localisation").GetDouble(), terms.Localisation.item<float>(), 1e-4);
    }

    [TestMethod]
    public void MatchedBoxesEqualTorchvision()
    {
        using var loss = new SSDLoss(Options);
        long[] kinds = loss.Targets(Truth()).Class_NA.data<long>().ToArray();
        var golden = TensorGolden.Read("ssd/decoding.json").GetProperty("matched");
        long[][] classes = [[1, 3, 2], [2]];
        var expected = Enumerable.Range(0, 2)
            .SelectMany(n => golden[n].EnumerateArray()
                .Select(pair => (n * 8732 + pair[0].GetInt32(), classes[n][pair[1].GetInt32()]))).ToArray();
        CollectionAssert.AreEqual(expected, kinds.Index().Where(entry => entry.Item > 0).ToArray());
    }

    [TestMethod]
    public void MiningEqualsTheWorkedExample()
    {
        var crossEntropy = tensor(new[] { 2, 1, .9f, .1f, .05f, .8f, .3f, .2f, .7f, .02f, .01f, .6f });
        var classes = zeros(1, 12, dtype: ScalarType.Int64);
        classes[0, ..2] = tensor(1L);
        // Two classes whose cross-entropy is given: the true one has logit 0, the other ln(e^CE - 1).
        var other = (crossEntropy.exp() - 1).log().unsqueeze(0);
        var logits = stack([where(classes > 0, other, zeros_like(other)), where(classes > 0, zeros_like(other), other)], -1);
        Assert.AreEqual(3.25f, SSDLoss.Confidence(logits, classes, classes > 0, 3).item<float>() / 2, 1e-4f);
    }

    [TestMethod]
    public void WithoutObjectsTheLossIsZeroWithZeroGradients()
    {
        using var loss = new SSDLoss(Options);
        var (logits, offsets) = (rand(2, 8732, 4).requires_grad_(), rand(2, 8732, 4).requires_grad_());
        var terms = loss.Of(new(logits, offsets), DetectionTargets.From([[], []]));
        var total = terms.Confidence + terms.Localisation;
        total.backward();
        Assert.AreEqual(0f, total.item<float>());
        Assert.AreEqual(0f, logits.grad!.abs().sum().item<float>());
        Assert.AreEqual(0f, offsets.grad!.abs().sum().item<float>());
    }

    [TestMethod]
    public void ImagesWithoutObjectsAddNothing()
    {
        using var loss = new SSDLoss(Options);
        var output = SSDDecoderTests.Output();
        var alone = loss.Of(new(output.Logits_NAC[..1], output.Offsets_NA4[..1]), DetectionTargets.From([[Object]]));
        var both = loss.Of(output, DetectionTargets.From([[Object], []]));
        Assert.AreEqual(alone.Confidence.item<float>(), both.Confidence.item<float>(), 1e-5f);
        Assert.AreEqual(alone.Localisation.item<float>(), both.Localisation.item<float>(), 1e-5f);
    }

    [TestMethod]
    public void AlphaWeighsTheBoxes()
    {
        using SSDLoss one = new(Options), two = new(Options) { Alpha = 2 };
        var (a, b) = (one.Of(SSDDecoderTests.Output(), Truth()), two.Of(SSDDecoderTests.Output(), Truth()));
        Assert.AreEqual(2 * a.Localisation.item<float>(), b.Localisation.item<float>(), 1e-4f);
        Assert.AreEqual(a.Confidence.item<float>(), b.Confidence.item<float>());
    }

    [TestMethod]
    public void PerfectResultsCostNothing()
    {
        using var loss = new SSDLoss(Options);
        var (classes, offsets) = loss.Targets(Truth());
        var terms = loss.Of(new(nn.functional.one_hot(classes, 4).to(ScalarType.Float32) * 50, offsets), Truth());
        Assert.AreEqual(0f, terms.Confidence.item<float>(), 1e-6f);
        Assert.AreEqual(0f, terms.Localisation.item<float>(), 1e-6f);
    }

    [TestMethod]
    public void DirtyTargetsAreRefused()
    {
        var exception = Assert.ThrowsExactly<ArgumentException>(() => DetectionTargets.From([[Object], [Object, new(new(5, 5, 5, 9), 0)]]));
        StringAssert.StartsWith(exception.Message, "Image 1, object 1: ");
        Assert.ThrowsExactly<ArgumentException>(() => DetectionTargets.From([[Object with { Class = -1 }]]));
    }

    [TestMethod]
    [DataRow(DetectionBackbone.ResNet18HalfWidth)]
    [DataRow(DetectionBackbone.SEResNet18HalfWidth)]
    [DataRow(DetectionBackbone.Vgg16)]
    public void EveryParameterGetsAGradient(DetectionBackbone backbone)
    {
        manual_seed(1);
        var options = Small with { Backbone = backbone };
        using var net = new SSDNetwork(options);
        using var loss = new SSDLoss(options);
        var sizes = SSDDefaultBoxes.Corners(options);
        // A box of each map, so that each prediction layer has something to find.
        var objects = SSDPyramid.Maps(options).Scan().Select(first => Box(sizes[first]));
        var terms = loss.Of(net.call(Formula.Images(2, 96)), DetectionTargets.From([[.. objects], [Object]]));
        (terms.Confidence + terms.Localisation).backward();
        LearningChecks.EveryParameterHasAGradient(net);
    }

    [TestMethod]
    [DataRow(DetectionBackbone.ResNet18HalfWidth)]
    [DataRow(DetectionBackbone.SEResNet18HalfWidth)]
    public void ABatchCanBeLearnedByHeart(DetectionBackbone backbone)
    {
        manual_seed(1);
        var options = Small with { Backbone = backbone, ImageSize = 64 };
        using var net = new SSDNetwork(options);
        using var loss = new SSDLoss(options);
        using var optimiser = optim.SGD(net.parameters(), 0.02, momentum: 0.9);
        LabelledBox[][] truth = [[new(new(8, 8, 32, 32), 0)], [new(new(32, 24, 60, 60), 1), new(new(4, 36, 20, 60), 2)]];
        var (images, targets) = (LearningChecks.Draw(truth, 64), DetectionTargets.From(truth));
        for (int step = 0; step < 80; step++)
        {
            using var inner = NewDisposeScope();
            optimiser.zero_grad();
            var terms = loss.Of(net.call(images), targets);
            (terms.Confidence + terms.Localisation).backward();
            optimiser.step();
        }
        net.eval();
        using var decoder = new SSDDecoder(options, new() { ScoreThreshold = 0.5f });
        var found = decoder.Decode(net.call(images), [(64, 64), (64, 64)]);
        LearningChecks.AllIsFound(truth, found);
    }

    private static LabelledBox Object => new(new(10, 10, 80, 80), 0);

    private static DetectionTargets Truth() => DetectionTargets.From(
        [[new(new(60, 60, 180, 200), 0), new(new(10, 10, 22, 24), 2), new(new(12, 8, 24, 22), 1)], [new(new(100, 30, 290, 280), 1)]]);

    private static LabelledBox Box(Tensor corners)
    {
        float[] c = corners.Values();
        return new(new(c[0], c[1], c[2], c[3]), 1);
    }
}

file static class Maps
{
    /// <summary>Index of the first default box of each map.</summary>
    public static IEnumerable<int> Scan(this IEnumerable<DefaultBoxMap> maps)
    {
        int first = 0;
        foreach (var map in maps)
        {
            yield return first;
            first += map.Side * map.Side * map.BoxesPerCell;
        }
    }
}
