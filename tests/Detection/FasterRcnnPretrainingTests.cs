using MLNetDeepExtensions.Backbones;
using MLNetDeepExtensions.Detection;
using MLNetDeepExtensions.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Tests.Detection;

[TestClass]
public sealed class FasterRcnnPretrainingTests
{
    private static readonly FasterRcnnNetworkOptions Small = FasterRcnnNetworkTests.Small, Pyramid = FasterRcnnNetworkTests.SmallPyramid;
    private readonly DisposeScope scope = NewDisposeScope();

    [TestCleanup]
    public void Free() => scope.Dispose();

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void OlderNamesOfThePublishedFileAreUnderstood(bool older)
    {
        FasterRcnnNetwork source = new(Pyramid), target = new(Pyramid);
        var state = source.state_dict().ToDictionary(
            entry => older ? entry.Key.Replace("rpn.head.conv.0.0.", "rpn.head.conv.").Replace("blocks.0.0.", "blocks.0.")
                .Replace("blocks.1.0.", "blocks.1.").Replace("blocks.2.0.", "blocks.2.").Replace("blocks.3.0.", "blocks.3.") : entry.Key,
            entry => entry.Value);
        Assert.AreEqual(older, !state.ContainsKey("backbone.fpn.layer_blocks.3.0.bias"));
        Assert.IsEmpty(Load(target, state).Untouched);
        AreEqual(source, target, _ => true);
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void ADetectorOfOtherClassesGivesAllButItsClassLayers(bool pyramid)
    {
        var options = pyramid ? Pyramid : Small;
        FasterRcnnNetwork source = new(options with { Classes = 5 }), target = new(options);
        var report = Load(target, source.state_dict());
        CollectionAssert.AreEquivalent(
            new[] { "cls_score.weight", "cls_score.bias", "bbox_pred.weight", "bbox_pred.bias" }.Select(name => $"roi_heads.box_predictor.{name}").ToArray(),
            report.Untouched.ToArray());
        AreEqual(source, target, name => !name.StartsWith("roi_heads.box_predictor."));
    }

    [TestMethod]
    [DataRow(false, DetectionBackbone.ResNet18HalfWidth)]
    [DataRow(true, DetectionBackbone.ResNet18HalfWidth)]
    [DataRow(true, DetectionBackbone.SEResNet18HalfWidth)]
    public void AResidualClassifierFillsTheBody(bool pyramid, DetectionBackbone backbone)
    {
        var options = (pyramid ? Pyramid : Small) with { Backbone = backbone };
        using var resnet = new ResNet(options.Backbone.ResNet());
        var target = new FasterRcnnNetwork(options);
        var state = resnet.state_dict();
        state["fc.weight"] = rand(10, 256);
        state["fc.bias"] = rand(10);
        Assert.IsTrue(Load(target, state).Untouched.All(name => !name.StartsWith("backbone.body.")));
        foreach (var (name, value) in resnet.named_parameters())
            Assert.IsTrue(value.Equals(target.get_parameter($"backbone.body.{name}")!), name);
    }

    [TestMethod]
    [DataRow(null, "rpn.head.conv.0.0")]
    [DataRow(64, "rpn.head.conv.0.0, rpn.head.cls_logits, rpn.head.bbox_pred, roi_heads.box_head.fc6")]
    public void TorchvisionsVgg16FillsConvolutionsAndDenseLayersOfItsSize(int? width, string untouched)
    {
        using var vgg = new Vgg16();
        var target = new FasterRcnnNetwork(new() { Classes = 2, HeadWidth = width });
        var state = vgg.state_dict();
        (state["classifier.0.weight"], state["classifier.0.bias"]) = (rand(4096, 25088), rand(4096));
        (state["classifier.3.weight"], state["classifier.3.bias"]) = (rand(4096, 4096), rand(4096));
        (state["classifier.6.weight"], state["classifier.6.bias"]) = (rand(10, 4096), rand(10));
        var report = Load(target, state);
        StringAssert.Contains(report.ToString(), untouched);
        Assert.AreEqual(width is null, !report.Untouched.Any(name => name.StartsWith("roi_heads.box_head.")));
        Assert.IsTrue(state["features.28.weight"].Equals(target.get_parameter("backbone.body.features.28.weight")!));
        if (width is null)
            Assert.IsTrue(state["classifier.3.weight"].Equals(target.get_parameter("roi_heads.box_head.fc7.weight")!));
    }

    [TestMethod]
    public void OtherWeightsAreRefusedWithWhatWasExpected()
    {
        var fault = Assert.ThrowsExactly<WeightsFormatException>(() => Load(new(Small), new FasterRcnnNetwork(Pyramid).state_dict()
            .Where(entry => entry.Key.StartsWith("backbone.fpn.")).ToDictionary()));
        StringAssert.Contains(fault.Message, "\n  saved weights of Faster R-CNN on one map, with backbone.body.conv1.weight, rpn.head.conv.0.0.weight");
    }

    [TestMethod]
    public void APyramidDoesNotFitANetworkOfOneMap() =>
        Assert.ThrowsExactly<WeightsMismatchException>(() => Load(new(Small), new FasterRcnnNetwork(Pyramid).state_dict()));

    private static PretrainedReport Load(FasterRcnnNetwork target, IReadOnlyDictionary<string, Tensor> state) => PretrainedWeights.Load(
        target, new StateSource(state), FasterRcnnCheckpoints.ToStartFrom(target.Options), FasterRcnnCheckpoints.DependsOnClasses);

    private static void AreEqual(FasterRcnnNetwork expected, FasterRcnnNetwork actual, Predicate<string> compared)
    {
        foreach (var (name, value) in actual.state_dict().Where(entry => compared(entry.Key)))
            Assert.IsTrue(expected.state_dict()[name].Equals(value), name);
    }
}
