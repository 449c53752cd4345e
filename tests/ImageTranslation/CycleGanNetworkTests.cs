using MLNetDeepExtensions.Blocks;
using MLNetDeepExtensions.ImageTranslation;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Tests.ImageTranslation;

[TestClass]
public sealed class CycleGanNetworkTests
{
    private static readonly CycleGanNetworkOptions Small = new() { ResidualBlocks = 2, GeneratorWidth = 4, DiscriminatorWidth = 4 };
    private readonly DisposeScope scope = NewDisposeScope();

    [TestCleanup]
    public void Free() => scope.Dispose();

    [TestMethod]
    [DataRow(9, 11_378_179)]
    [DataRow(6, 7_837_699)]
    public void AGeneratorHasThePapersParameters(int blocks, int parameters)
    {
        using var net = new CycleGanGenerator(new() { ResidualBlocks = blocks });
        Assert.AreEqual(parameters, net.parameters().Sum(parameter => parameter.numel()));
        CollectionAssert.AreEqual(GoldenKeys($"generator{blocks}"), TensorGolden.Keys(net));
    }

    [TestMethod]
    public void ADiscriminatorHasThePapersParameters()
    {
        using var net = new PatchDiscriminator(new());
        Assert.AreEqual(2_764_737, net.parameters().Sum(parameter => parameter.numel()));
        CollectionAssert.AreEqual(GoldenKeys("discriminator"), TensorGolden.Keys(net));
    }

    [TestMethod]
    [DataRow(1, 16)]
    [DataRow(2, 34)]
    [DataRow(3, 70)]
    [DataRow(4, 142)]
    public void AnOutputOfTheDiscriminatorSeesAPatchOfThatSide(int layers, int side)
    {
        using var net = new PatchDiscriminator(Small with { DiscriminatorLayers = layers, DiscriminatorWidth = 1 });
        // Without normalisation, through which everything sees everything.
        Conv2d[] convolutions = [.. net.modules().OfType<Conv2d>()];
        Tensor image = ones([1, 3, 2 * side, 2 * side], requires_grad: true);
        Tensor map = convolutions.Aggregate(image, (x, convolution) => convolution.call(x));
        map[0, 0, map.shape[2] / 2, map.shape[3] / 2].backward();
        Tensor seen = image.grad!.abs().sum(1)[0].gt(0);

        Assert.AreEqual(side, net.PatchSide);
        Assert.AreEqual(side, seen.any(0).sum().item<long>());
        Assert.AreEqual(side, seen.any(1).sum().item<long>());
    }

    [TestMethod]
    [DataRow(256, 30)]
    [DataRow(128, 14)]
    [DataRow(24, 1)]
    public void TheDiscriminatorsMapHasTheSizeOfTheCode(int side, int map)
    {
        using var net = new PatchDiscriminator(new() { DiscriminatorWidth = 4 });
        CollectionAssert.AreEqual(new long[] { 2, 1, map, map }, net.call(rand(2, 3, side, side)).shape);
    }

    [TestMethod]
    public void FirstWeightsAreNormalWithDeviationTwoHundredths()
    {
        using var net = new CycleGanNetwork(new() { ResidualBlocks = 1 });
        foreach ((string name, Tensor value) in net.state_dict())
        {
            if (name.EndsWith("bias", StringComparison.Ordinal))
                Assert.AreEqual(0, value.abs().max().item<float>());
            else
                Assert.AreEqual(0.02, value.std().item<float>(), 0.001, name);
        }
    }

    [TestMethod]
    public void InstanceNormalisationMakesMeanNullAndVarianceOne()
    {
        using var norm = new InstanceNormalisation();
        Tensor x = rand(2, 3, 5, 7) * 4 + 10;
        Tensor expected = (x - x.mean([2, 3], keepdim: true)) / (x.var([2, 3], unbiased: false, keepdim: true) + 1e-5).sqrt();
        Assert.IsTrue(norm.call(x).allclose(expected, atol: 1e-4));
        Assert.AreEqual(ScalarType.BFloat16, norm.call(x.to(ScalarType.BFloat16)).dtype);
        Assert.IsEmpty(norm.state_dict());
    }

    [TestMethod]
    [DataRow(1, false, false)]
    [DataRow(1, false, true)]
    [DataRow(1, true, false)]
    [DataRow(1, true, true)]
    [DataRow(2, false, true)]
    [DataRow(2, true, true)]
    public void InstanceNormalisationHasTheGradientOfItsFormulaInEveryLayout(int images, bool input, bool gradient)
    {
        using var norm = new InstanceNormalisation();
        Tensor x = rand(images, 8, 5, 7) * 4 + 10, g = randn(images, 8, 5, 7);
        Tensor exact = x.to(ScalarType.Float64).requires_grad_(true);
        Tensor centred = exact - exact.mean([2, 3], keepdim: true);
        (centred / (centred.square().mean([2, 3], keepdim: true) + 1e-5).sqrt()).backward([g.to(ScalarType.Float64)]);

        Tensor leaf = (input ? ChannelsLast.Of(x) : x).requires_grad_(true);
        norm.call(leaf).backward([gradient ? ChannelsLast.Of(g) : g]);
        Assert.IsTrue(leaf.grad!.to(ScalarType.Float64).allclose(exact.grad!, rtol: 0, atol: 1e-4));
    }

    [TestMethod]
    public void ABatchIsItsImagesOneByOne()
    {
        using CycleGanGenerator net = Formula.Fill(new CycleGanGenerator(Small));
        Tensor images = rand(3, 3, 16, 20) * 2 - 1;
        Tensor together = net.call(images);
        for (int i = 0; i < 3; i++)
            Assert.IsTrue(together[i].allclose(net.call(images.narrow(0, i, 1))[0], atol: 1e-5));
        Assert.IsLessThan(1, together.abs().max().item<float>());
    }

    [TestMethod]
    [DataRow(16, 20)]
    [DataRow(17, 30)]
    [DataRow(1, 1)]
    [DataRow(3, 40)]
    public void ImagesOfAnySizeKeepIt(int height, int width)
    {
        using CycleGanGenerator net = Formula.Fill(new CycleGanGenerator(Small));
        Tensor image = rand(1, 3, height, width) * 2 - 1;
        Tensor drawn = net.TranslateAnySize(image);
        CollectionAssert.AreEqual(image.shape, drawn.shape);
        if (height % 4 == 0)
            Assert.IsTrue(drawn.equal(net.call(image)).all().item<bool>());
    }

    [TestMethod]
    public void ATranslatedImageOfAnOddSizeIsPartOfOneThatFits()
    {
        using CycleGanGenerator net = Formula.Fill(new CycleGanGenerator(Small));
        Tensor image = rand(1, 3, 15, 18) * 2 - 1;
        Tensor repeated = cat([image, image.narrow(3, 17, 1), image.narrow(3, 17, 1)], 3);
        repeated = cat([repeated, repeated.narrow(2, 14, 1)], 2);
        Assert.IsTrue(net.TranslateAnySize(image).equal(net.call(repeated).narrow(2, 0, 15).narrow(3, 0, 18)).all().item<bool>());
    }

    [TestMethod]
    [DataRow(18, 16)]
    [DataRow(4, 16)]
    public void SizesThatDoNotFitAreNamed(int height, int width)
    {
        using var generator = new CycleGanGenerator(Small);
        using var discriminator = new PatchDiscriminator(Small);
        Tensor images = rand(1, 3, height, width);
        Assert.Contains($"got [1, 3, {height}, {width}]", Assert.ThrowsExactly<ArgumentException>(() => generator.call(images)).Message);
        Assert.Contains("sides of at least 24", Assert.ThrowsExactly<ArgumentException>(() => discriminator.call(images)).Message);
    }

    [TestMethod]
    public void EveryParameterGetsAGradient()
    {
        using var generators = new CycleGanNetwork(Small);
        using var judges = new CycleGanDiscriminators(Small);
        CycleGanGeneratorLoss loss = CycleGanLoss.OfGenerators(generators, judges, rand(1, 3, 24, 24), rand(1, 3, 24, 24), withIdentity: false);
        (loss.AdversarialG + loss.AdversarialF + loss.CycleX + loss.CycleY).backward();
        foreach ((string name, Parameter parameter) in generators.named_parameters().Concat(judges.named_parameters()))
            Assert.IsTrue(parameter.grad is not null && parameter.grad.isfinite().all().item<bool>(), name);
    }

    [TestMethod]
    public void AFlatImageGivesNumbers()
    {
        using CycleGanGenerator net = Formula.Fill(new CycleGanGenerator(Small));
        Tensor flat = zeros(1, 3, 24, 24).requires_grad_();
        Tensor drawn = net.call(flat);
        drawn.sum().backward();
        Assert.IsTrue(drawn.isfinite().all().item<bool>());
        Assert.IsTrue(flat.grad!.isfinite().all().item<bool>());
    }

    [TestMethod]
    public void BFloat16IsClose()
    {
        using CycleGanGenerator net = Formula.Fill(new CycleGanGenerator(Small)), low = Formula.Fill(new CycleGanGenerator(Small));
        Tensor image = rand(1, 3, 24, 24) * 2 - 1;
        InferencePreparation.Prepare(low, Precision.BFloat16);
        Tensor drawn = low.call(image);
        Assert.AreEqual(ScalarType.Float32, drawn.dtype);
        Assert.IsLessThan(0.05, (drawn - net.call(image)).abs().mean().item<float>());
    }

    [TestMethod]
    public void EveryFaultIsNamed()
    {
        var faulty = new CycleGanNetworkOptions { ResidualBlocks = 0, GeneratorWidth = 513, DiscriminatorWidth = -1, DiscriminatorLayers = 7 };
        string message = Assert.ThrowsExactly<ArgumentException>(() => new CycleGanGenerator(faulty)).Message;
        Assert.AreEqual("CycleGanNetworkOptions is not valid:\n  ResidualBlocks: expected 1 to 32, got 0.\n  GeneratorWidth: expected 1 to 512, got 513."
            + "\n  DiscriminatorWidth: expected 1 to 512, got -1.\n  DiscriminatorLayers: expected 1 to 6, got 7.", message);
    }

    private static string[] GoldenKeys(string network) =>
        [.. TensorGolden.Read("cyclegan/networks.json").GetProperty(network).GetProperty("keys").EnumerateArray().Select(key => key.GetString()!)];
}
