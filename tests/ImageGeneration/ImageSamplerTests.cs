using MLNetDeepExtensions.Decoding;
using MLNetDeepExtensions.ImageGeneration;
using MLNetDeepExtensions.Images;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Tests.ImageGeneration;

[TestClass]
public sealed class ImageSamplerTests
{
    private readonly DisposeScope scope = NewDisposeScope();

    [TestCleanup]
    public void Free() => scope.Dispose();

    private static SampleRandom[] Random(params int[] rows) => [.. rows.Select(row => new SampleRandom(1, 0, row))];

    private static ImageTransformerNetwork Network(string name)
    {
        var net = SmallImageTransformers.Filled(name);
        net.to(ScalarType.Float64);
        return net;
    }

    private static void AreEqual(Tensor expected, Tensor actual) =>
        CollectionAssert.AreEqual(expected.contiguous().data<long>().ToArray(), actual.contiguous().data<long>().ToArray());

    [TestMethod]
    [DynamicData(nameof(SmallImageTransformers.Names), typeof(SmallImageTransformers))]
    public void TheCacheChangesNothing(string name)
    {
        using var net = Network(name);
        ImageCondition condition = SmallImageTransformers.Condition(name);
        foreach (int rows in new[] { 0, 3 })
        {
            using var inner = NewDisposeScope();
            var given = rows == 0 ? null : new GivenPixels(SmallImageTransformers.Images(name), rows);
            Tensor cached = ImageSampler.Draw(net, Random(0, 1), condition, new(), given);
            AreEqual(ImageSampler.Draw(net, Random(0, 1), condition, new(), given, isCached: false), cached);
            if (rows > 0)
                AreEqual(given!.Pixels_NCHW[.., .., ..rows], cached[.., .., ..rows]);
        }
    }

    [TestMethod]
    [DynamicData(nameof(SmallImageTransformers.Names), typeof(SmallImageTransformers))]
    public void AnImageIsDrawnWithTheProbabilityThatTheNetworkGivesIt(string name)
    {
        using var net = Network(name);
        using var constant = inference_mode();
        ImageCondition condition = SmallImageTransformers.Condition(name);
        using var decoder = new ImageStepDecoder(net, 2, condition, given: null, isCached: true);
        IReadOnlyList<Hypothesis> drawn = new TokenSampler(new SamplingOptions(), start: 0).Run(decoder, Random(0, 1), decoder.Remaining);
        Tensor images = decoder.Pixels(tensor([.. drawn.Select(image => (long)image.Tokens[^1])], int64));
        double[] expected = [.. net.LogProbability(images, condition).data<double>()];
        for (int i = 0; i < 2; i++)
            Assert.AreEqual(expected[i], drawn[i].LogProbability, 1e-6);
    }

    [TestMethod]
    [DataRow("categorical_1d")]
    [DataRow("mixture_2d_grey")]
    public void AnImageDoesNotDependOnItsBatch(string name)
    {
        using var net = Network(name);
        Tensor together = ImageSampler.Draw(net, Random(0, 1, 2), ImageCondition.None, new());
        for (int i = 0; i < 3; i++)
            AreEqual(together[i..(i + 1)], ImageSampler.Draw(net, Random(i), ImageCondition.None, new()));
    }

    [TestMethod]
    public void TheClassAndTheSmallImageDecideWhatIsDrawn()
    {
        using var net = Network("super_resolution_mixture");
        ImageCondition condition = SmallImageTransformers.Condition("super_resolution_mixture");
        Tensor first = ImageSampler.Draw(net, Random(0, 0), condition, new());
        Assert.IsFalse(first[0].Equals(first[1]));
        Tensor otherClass = ImageSampler.Draw(net, Random(0, 0), condition with { Classes_N = tensor(new long[] { 0, 0 }) }, new());
        Assert.IsFalse(first[0].Equals(otherClass[0]));
        AreEqual(first[1], otherClass[1]);
        Tensor otherSource = ImageSampler.Draw(net, Random(0, 0), condition with { Sources_NChw = condition.Sources_NChw!.flip(0) }, new());
        Assert.IsFalse(first[0].Equals(otherSource[0]));
    }

    [TestMethod]
    public void AColdTemperatureDrawsTheLikeliestValues()
    {
        using var net = Network("categorical_1d");
        Tensor cold = ImageSampler.Draw(net, Random(0, 1), ImageCondition.None, new() { Temperature = 1e-6 });
        AreEqual(cold[0], cold[1]);
        AreEqual(net.Parameters(net.InOrder(cold), ImageCondition.None).argmax(-1), net.InOrder(cold).squeeze(-1));
        Tensor warm = ImageSampler.Draw(net, Random(0, 1), ImageCondition.None, new());
        Assert.IsFalse(warm[0].Equals(warm[1]));
    }

    [TestMethod]
    public void FullyGivenImagesAreLeftAsTheyAre()
    {
        using var net = Network("mixture_1d");
        Tensor images = SmallImageTransformers.Images("mixture_1d");
        AreEqual(images, ImageSampler.Draw(net, Random(0, 1), ImageCondition.None, new(), new GivenPixels(images, 8)));
    }

    [TestMethod]
    public void DrawingEndsWithinOneByte()
    {
        using var net = Network("categorical_1d");
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        Assert.ThrowsExactly<OperationCanceledException>(() => ImageSampler.Draw(net, Random(0), ImageCondition.None, new(), stop: stop.Token));
    }

    [TestMethod]
    [DynamicData(nameof(SmallImageTransformers.Names), typeof(SmallImageTransformers))]
    public void NoTensorIsLeftBehind(string name)
    {
        using var net = Network(name);
        ImageCondition condition = SmallImageTransformers.Condition(name);
        var given = new GivenPixels(SmallImageTransformers.Images(name), 3);
        ImageSampler.Draw(net, Random(0, 1), condition, new(), given).Dispose();
        long before = Tensor.TotalCount;
        ImageSampler.Draw(net, Random(0, 1), condition, new(), given).Dispose();
        Assert.AreEqual(before, Tensor.TotalCount);
    }
}
