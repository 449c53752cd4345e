using System.Text.Json;
using MLNetDeepExtensions.Blocks;
using MLNetDeepExtensions.Detection;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Tests;

[TestClass]
public sealed class SSDNetworkTests
{
    private static readonly SSDNetworkOptions Small =
        new() { Backbone = DetectionBackbone.ResNet18HalfWidth, ImageSize = 96, Classes = 3, Preset = DefaultBoxPreset.Coco300 };

    private readonly DisposeScope scope = NewDisposeScope();

    [TestCleanup]
    public void Free() => scope.Dispose();

    [TestMethod]
    public void ResultsAndDetectionsEqualTorchvision()
    {
        var options = new SSDNetworkOptions { Classes = 90, Preset = DefaultBoxPreset.Coco300 };
        using var net = new SSDNetwork(options);
        CollectionAssert.AreEquivalent(TensorGolden.Keys("ssd300_vgg16"), TensorGolden.Keys(net));
        Formula.Fill(net, ("backbone.features.0.weight", 1.0 / 64), ("head.classification_head", 1), ("head.regression_head", 0.2));
        using var constant = inference_mode();
        var output = net.call(Formula.Images(1, 300));
        var golden = TensorGolden.Read("ssd/ssd300.json");
        TensorGolden.AreClose(golden.GetProperty("logits"), output.Logits_NAC, 1e-4);
        TensorGolden.AreClose(golden.GetProperty("offsets"), output.Offsets_NA4, 1e-4);
        using var decoder = new SSDDecoder(options);
        SSDDecoderTests.AreClose(golden, decoder.Decode(output, [(640, 480)])[0]);
    }

    [TestMethod]
    [DataRow(300, 20, 26_285_486L)]
    [DataRow(300, 80, 34_305_206L)]
    [DataRow(512, 20, 27_188_676L)]
    public void ParametersAreAsManyAsPublished(int side, int classes, long parameters)
    {
        using var net = new SSDNetwork(new() { ImageSize = side, Classes = classes });
        Assert.AreEqual(parameters, net.parameters().Sum(p => p.numel()));
    }

    [TestMethod]
    [DataRow(DetectionBackbone.ResNet18HalfWidth, 96)]
    [DataRow(DetectionBackbone.ResNet18HalfWidth, 300)]
    [DataRow(DetectionBackbone.ResNet18HalfWidth, 333)]
    [DataRow(DetectionBackbone.ResNet50, 64)]
    [DataRow(DetectionBackbone.SEResNeXt50, 64)]
    [DataRow(DetectionBackbone.Vgg16, 64)]
    [DataRow(DetectionBackbone.Vgg16, 129)]
    [DataRow(DetectionBackbone.Vgg16, 512)]
    public void AnyImageSizeHasAsManyResultsAsDefaultBoxes(DetectionBackbone backbone, int side)
    {
        var options = Small with { Backbone = backbone, ImageSize = side };
        using var net = new SSDNetwork(options);
        using var constant = inference_mode();
        net.eval();
        var output = net.call(Formula.Images(1, side));
        long boxes = SSDDefaultBoxes.Corners(options).shape[0];
        CollectionAssert.AreEqual(new long[] { 1, boxes, 4 }, output.Logits_NAC.shape);
        CollectionAssert.AreEqual(new long[] { 1, boxes, 4 }, output.Offsets_NA4.shape);
    }

    [TestMethod]
    public void TheSmallRecipeHasTheMeasuredSize()
    {
        using var net = new SSDNetwork(new() { Backbone = DetectionBackbone.ResNet18HalfWidth, Classes = 3 });
        Assert.AreEqual(3.25e6, net.parameters().Sum(p => p.numel()), 0.01e6);
    }

    [TestMethod]
    public void ABatchEqualsItsImagesOneByOne()
    {
        using var net = Formula.Fill(new SSDNetwork(Small));
        using var constant = inference_mode();
        var images = Formula.Images(3, 96);
        var together = net.call(images);
        for (int n = 0; n < 3; n++)
            TensorGolden.AreClose(together.Logits_NAC[n].Values(), net.call(images[n..(n + 1)]).Logits_NAC.Values(), 1e-4);
    }

    [TestMethod]
    public void OptionsSurviveJson()
    {
        var options = Small with { Scales = [0.1f, 0.2f], AspectRatios = [[2], [2, 3]] };
        string json = JsonSerializer.Serialize(options);
        Assert.AreEqual(json, JsonSerializer.Serialize(JsonSerializer.Deserialize<SSDNetworkOptions>(json)));
    }

    [TestMethod]
    public void AllFaultsAreToldAtOnce()
    {
        var wrong = Small with
        {
            Classes = -1, Variances = [1], Mean = [1, 2, float.NaN], Deviation = [1, 0, 1], NormScale = 0,
            Scales = [1], AspectRatios = [[-2]],
        };
        string[] names = ["Classes", "Variances", "Mean", "Deviation", "NormScale", "Scales", "AspectRatios", "AspectRatios"];
        CollectionAssert.AreEqual(names, wrong.Faults().Select(fault => fault[..fault.IndexOf(':')]).ToArray());
        Assert.IsEmpty(Small.Faults());
        var exception = Assert.ThrowsExactly<ArgumentException>(() => new SSDNetwork(Small with { Classes = 0, ImageSize = 10 }));
        StringAssert.StartsWith(exception.Message,
            "SSDNetworkOptions is not valid:\n  ImageSize: expected 64 to 2048 pixels, got 10.\n  Classes: expected at least 1, got 0.");
    }

    [TestMethod]
    public void ImagesOfAnotherSizeAreRefused()
    {
        using var net = new SSDNetwork(Small);
        var exception = Assert.ThrowsExactly<ArgumentException>(() => net.call(zeros(1, 3, 96, 95)));
        Assert.AreEqual("images_N3HW: expected [N, 3, 96, 96], got [1, 3, 96, 95].", exception.Message);
    }

    [TestMethod]
    public void NothingIsLeftAfterForwardLossAndDecoding()
    {
        using var net = new SSDNetwork(Small);
        using var loss = new SSDLoss(Small);
        using var decoder = new SSDDecoder(Small);
        using var images = Formula.Images(2, 96);
        using var targets = DetectionTargets.From([[new(new(10, 10, 50, 50), 0)], []]);
        Step();
        long before = Tensor.TotalCount;
        Step();
        Assert.AreEqual(before, Tensor.TotalCount);

        void Step()
        {
            using var output = net.call(images);
            var terms = loss.Of(output, targets);
            terms.Confidence.Dispose();
            terms.Localisation.Dispose();
            decoder.Decode(output, [(96, 96), (200, 100)]);
        }
    }

    [TestMethod]
    [DataRow(DetectionBackbone.Vgg16, Normalisation.Batch)]
    [DataRow(DetectionBackbone.ResNet18HalfWidth, Normalisation.Batch)]
    [DataRow(DetectionBackbone.ResNet18HalfWidth, Normalisation.FrozenBatch)]
    [DataRow(DetectionBackbone.ResNet18HalfWidth, Normalisation.None)]
    public void DisposingFreesEveryTensor(DetectionBackbone backbone, Normalisation normalisation)
    {
        long before = Tensor.TotalCount;
        var net = new SSDNetwork(Small with { Backbone = backbone, BackboneNormalisation = normalisation });
        InferencePreparation.Prepare(net, Precision.BFloat16);
        var tensors = net.state_dict().Values.ToList();
        int parameters = net.parameters().Count();
        net.Dispose();
        Assert.IsTrue(tensors.All(tensor => tensor.IsInvalid));
        // TorchSharp counts a tensor that becomes a parameter twice and frees it once; here each did so twice, in Float32 and in BFloat16.
        Assert.AreEqual(before + 2 * parameters, Tensor.TotalCount);
    }
}
