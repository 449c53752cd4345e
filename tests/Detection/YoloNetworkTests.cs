using System.Text.Json;
using MLNetDeepExtensions.Blocks;
using MLNetDeepExtensions.Detection;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Tests;

[TestClass]
public sealed class YoloNetworkTests
{
    private static readonly YoloNetworkOptions Residual =
        new() { Variant = YoloVariant.Residual, Backbone = DetectionBackbone.ResNet18HalfWidth, ImageSize = 64, GridSize = 4, Classes = 3 };

    private static readonly YoloNetworkOptions Fast = new() { Variant = YoloVariant.FastYolo, ImageSize = 64, GridSize = 3, Classes = 4 };

    private readonly DisposeScope scope = NewDisposeScope();

    [TestCleanup]
    public void Free() => scope.Dispose();

    [TestMethod]
    [DataRow(YoloVariant.Yolo, 24, 271_703_550L)]
    [DataRow(YoloVariant.FastYolo, 9, 45_089_374L)]
    public void LayersParametersAndResultsAreThePapers(YoloVariant variant, int convolutions, long parameters)
    {
        using var net = YoloNetwork.Create(new() { Variant = variant, Classes = 20 });
        net.eval();
        using var constant = inference_mode();

        Tensor cells = net.call(Formula.Images(1, 448));

        Assert.HasCount(convolutions, net.modules().OfType<Conv2d>());
        Assert.AreEqual(parameters, net.parameters().Sum(p => p.numel()));
        CollectionAssert.AreEqual(new long[] { 1, 7, 7, 30 }, cells.shape);
        Assert.AreEqual(1470, cells.numel());
    }

    [TestMethod]
    [DataRow(YoloVariant.Yolo)]
    [DataRow(YoloVariant.FastYolo)]
    public void ResultsEqualPyTorch(YoloVariant variant)
    {
        using var net = Formula.Fill(YoloNetwork.Create(Fast with { Variant = variant }));
        using var constant = inference_mode();

        TensorGolden.AreClose(TensorGolden.Read("yolo/networks.json").GetProperty(variant.ToString()), net.call(Formula.Images(2, 64)), 1e-4);
    }

    [TestMethod]
    [DataRow(320, 40)]
    [DataRow(320, 20)]
    [DataRow(320, 10)]
    [DataRow(320, 5)]
    [DataRow(333, 21)]
    [DataRow(333, 6)]
    public void AResidualNetworkHasTheGridOfAnyOfItsMaps(int imageSize, int gridSize)
    {
        using var net = YoloNetwork.Create(Residual with { ImageSize = imageSize, GridSize = gridSize });
        net.eval();
        using var constant = inference_mode();

        CollectionAssert.AreEqual(new long[] { 1, gridSize, gridSize, 13 }, net.call(Formula.Images(1, imageSize)).shape);
    }

    /// <summary>A cell's numbers are of the part of the image that the cell covers: rows down, columns to the right.</summary>
    [TestMethod]
    public void CellsOfAResidualNetworkLieWhereTheirPixelsAre()
    {
        using var net = Formula.Fill(YoloNetwork.Create(Residual with { ImageSize = 256, GridSize = 32 }));
        using var constant = inference_mode();
        Tensor image = zeros(1, 3, 256, 256);
        Tensor before = net.call(image);
        image[.., .., 40..48, 200..208] = tensor(1f);

        Tensor change_SS = (net.call(image) - before).abs().sum(-1)[0];

        long strongest = change_SS.argmax().item<long>();
        Assert.AreEqual(5, strongest / 32, 1.5);
        Assert.AreEqual(25, strongest % 32, 1.5);
    }

    [TestMethod]
    public void ABatchEqualsItsImagesOneByOne()
    {
        using var net = Formula.Fill(YoloNetwork.Create(Residual));
        using var constant = inference_mode();
        var images = Formula.Images(3, 64);
        var together = net.call(images);
        for (int n = 0; n < 3; n++)
            TensorGolden.AreClose(together[n].Values(), net.call(images[n..(n + 1)]).Values(), 1e-4);
    }

    public static IEnumerable<object[]> Layers =>
    [
        ["residual", Residual],
        ["residual, coarse", Residual with { ImageSize = 128, GridSize = 2 }],
        ["fast", Fast],
        ["fast, normalised", Fast with { Normalisation = Normalisation.Batch }],
    ];

    /// <summary>One of each kind.</summary>
    public static IEnumerable<object[]> Kinds => Layers.Where(layers => layers[0] is "residual" or "fast");

    [TestMethod]
    [DynamicData(nameof(Layers))]
    public void EveryParameterGetsAGradient(string name, YoloNetworkOptions options)
    {
        random.manual_seed(1);
        using var net = YoloNetwork.Create(options);
        YoloLossTests.Total(new YoloLoss(options).Of(net.call(Formula.Images(2, options.ImageSize)), Truth(options))).backward();
        foreach (var (parameter, value) in net.named_parameters())
            Assert.IsGreaterThan(0, value.grad?.abs().sum().item<float>() ?? 0, $"{name}: {parameter}");
    }

    [TestMethod]
    [DynamicData(nameof(Kinds))]
    public void OneBatchCanBeLearntByHeart(string name, YoloNetworkOptions options)
    {
        random.manual_seed(1);
        using var net = YoloNetwork.Create(options with { Dropout = 0 });
        using var optimiser = optim.Adam(net.parameters(), options.Variant == YoloVariant.Residual ? 3e-3 : 2e-4);
        using var images = Formula.Images(2, options.ImageSize);
        var loss = new YoloLoss(options);
        float first = 0, last = 0;
        for (int step = 0; step < 40 && (step == 0 || last >= 0.1 * first); step++)
        {
            using var inner = NewDisposeScope();
            optimiser.zero_grad();
            Tensor total = YoloLossTests.Total(loss.Of(net.call(images), Truth(options)));
            total.backward();
            optimiser.step();
            last = total.item<float>();
            first = step == 0 ? last : first;
        }
        Assert.IsLessThan(0.1 * first, last, $"{name}: from {first}");
    }

    [TestMethod]
    public void FoldingTheNormalisationChangesNothing()
    {
        using var net = Formula.Fill(YoloNetwork.Create(Fast with { Normalisation = Normalisation.Batch }));
        using var constant = inference_mode();
        float[] before = net.call(Formula.Images(1, 64)).Values();

        Assert.AreEqual(9, BatchNormFolding.Fold(net));

        TensorGolden.AreClose(before, net.call(Formula.Images(1, 64)).Values(), 1e-3);
    }

    [TestMethod]
    public void DropoutStandsBeforeTheLastLayerAndOnlyInTraining()
    {
        using var net = Formula.Fill(YoloNetwork.Create(Fast));
        using var constant = no_grad();
        var images = Formula.Images(1, 64);
        CollectionAssert.AreEqual(net.call(images).Values(), net.call(images).Values());
        net.train();
        CollectionAssert.AreNotEqual(net.call(images).Values(), net.call(images).Values());
    }

    [TestMethod]
    public void OptionsSurviveJson()
    {
        var options = Residual with { Mean = [0.1f, 0.2f, 0.3f], Normalisation = Normalisation.FrozenBatch };
        string json = JsonSerializer.Serialize(options);
        Assert.AreEqual(json, JsonSerializer.Serialize(JsonSerializer.Deserialize<YoloNetworkOptions>(json)));
    }

    [TestMethod]
    public void AllFaultsAreToldAtOnce()
    {
        var wrong = Fast with { ImageSize = 100, GridSize = 0, Boxes = 0, Classes = -1, Dropout = 1, Mean = [1], Deviation = [1, 0, 1] };
        string[] names = ["Boxes", "Classes", "Dropout", "Mean", "Deviation", "ImageSize", "GridSize"];
        CollectionAssert.AreEqual(names, wrong.Faults().Select(fault => fault[..fault.IndexOf(':')]).ToArray());
        Assert.IsEmpty(Fast.Faults());
        Assert.IsEmpty(Residual.Faults());
        Assert.AreEqual("GridSize: expected 40 or 20 or 10 or 5 cells, which a residual network has at 320 pixels, got 7.",
            (Residual with { ImageSize = 320, GridSize = 7 }).Faults().Single());
        Assert.AreEqual("Backbone: expected a residual network, got Vgg16.", (Residual with { Backbone = DetectionBackbone.Vgg16 }).Faults().Single());
        var exception = Assert.ThrowsExactly<ArgumentException>(() => YoloNetwork.Create(Residual with { Classes = 0 }));
        Assert.AreEqual("YoloNetworkOptions is not valid:\n  Classes: expected at least 1, got 0.", exception.Message);
    }

    [TestMethod]
    public void ImagesOfAnotherSizeAreRefused()
    {
        using var net = YoloNetwork.Create(Residual);
        var exception = Assert.ThrowsExactly<ArgumentException>(() => net.call(zeros(1, 3, 64, 63)));
        Assert.AreEqual("images_N3HW: expected [N, 3, 64, 64], got [1, 3, 64, 63].", exception.Message);
    }

    [TestMethod]
    public void NothingIsLeftAfterForwardLossAndDecoding()
    {
        using var net = YoloNetwork.Create(Residual);
        using var images = Formula.Images(2, 64);
        using var targets = Truth(Residual);
        Step();
        long before = Tensor.TotalCount;
        Step();
        Assert.AreEqual(before, Tensor.TotalCount);

        void Step()
        {
            using Tensor cells = net.call(images);
            YoloLossTerms terms = new YoloLoss(Residual).Of(cells, targets);
            foreach (Tensor term in (Tensor[])[terms.Coordinates, terms.Object, terms.NoObject, terms.Class])
                term.Dispose();
            new YoloDecoder(Residual).Decode(cells, [(64, 64), (200, 100)]);
        }
    }

    [TestMethod]
    [DynamicData(nameof(Layers))]
    public void DisposingFreesEveryTensor(string name, YoloNetworkOptions options)
    {
        long before = Tensor.TotalCount;
        var net = YoloNetwork.Create(options);
        InferencePreparation.Prepare(net, Precision.BFloat16);
        var tensors = net.state_dict().Values.ToList();
        int parameters = net.parameters().Count();
        net.Dispose();
        Assert.IsTrue(tensors.All(tensor => tensor.IsInvalid), name);
        // TorchSharp counts a tensor that becomes a parameter twice and frees it once; here each did so twice, in Float32 and in BFloat16.
        Assert.AreEqual(before + 2 * parameters, Tensor.TotalCount, name);
    }

    private static DetectionTargets Truth(YoloNetworkOptions options)
    {
        float side = options.ImageSize;
        return DetectionTargets.From([[new(new(0.1f * side, 0.1f * side, 0.6f * side, 0.5f * side), 0)], [new(new(0.5f * side, 0.4f * side, 0.9f * side, 0.8f * side), 2)]]);
    }
}
