using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetDeepExtensions.Blocks;
using MLNetDeepExtensions.ImageGeneration;
using MLNetDeepExtensions.Images;
using MLNetDeepExtensions.Tests.Images;
using MLNetDeepExtensions.Training;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Tests.ImageGeneration;

[TestClass]
public sealed class SelfAttentionGanTrainerTests
{
    private readonly MLContext ml = new(seed: 1);

    [TestMethod]
    public void ImagesOfTheClassAskedForAreLearned()
    {
        using var folder = new TemporaryFolder();
        using SelfAttentionGanGenerationTransformer model = SmallSelfAttentionGan.Train(ml, SmallSelfAttentionGan.Options(epochs: 30) with
        {
            Samples = new SampleGrids { Folder = folder.Path, EveryEpochs = 30, Rows = 2, Columns = 4 },
        });
        CollectionAssert.AreEqual(SmallSelfAttentionGan.Names, model.Labels.ToArray());
        foreach (int imageClass in new[] { 0, 1 })
        {
            RgbImage[] images = [.. model.Generate([.. Enumerable.Range(0, 16).Select(seed => new GenerationRequest(seed, imageClass))])];
            (double left, double right) = (images.Average(image => SmallSelfAttentionGan.Halves(image).Left), images.Average(image => SmallSelfAttentionGan.Halves(image).Right));
            Assert.AreEqual(imageClass == 0 ? 90 : 60, left, 35, $"class {imageClass}, left");
            Assert.AreEqual(imageClass == 0 ? 30 : 230, right, 35, $"class {imageClass}, right");
            Assert.IsFalse(images[0].Pixels.SequenceEqual(images[1].Pixels), "two seeds, one image");
        }
        Assert.HasCount(1, Directory.GetFiles(folder.Path, "*.png"));
        CollectionAssert.IsSubsetOf(new[] { "discriminator", "generator" }, model.History.Epochs[^1].Losses.Keys.ToArray());
    }

    [TestMethod]
    public void OptionsDecideWhatARowSays()
    {
        using SelfAttentionGanGenerationTransformer named = SmallSelfAttentionGan.Train(ml, SmallSelfAttentionGan.Options(epochs: 1));
        using SelfAttentionGanGenerationTransformer seeded = SmallSelfAttentionGan.Train(ml, SmallSelfAttentionGan.Options(epochs: 1) with { RequestedLabelColumnName = null });
        IDataView rows = ml.Data.LoadFromEnumerable<SmallSelfAttentionGan.Request>([new() { Seed = 1, Label = "dark" }, new() { Seed = 1, Label = "light" }]);
        Assert.IsFalse(AreAlike(named, rows), "the label counts");
        Assert.IsTrue(AreAlike(seeded, rows), "the label does not count");
        Assert.AreEqual(2, ml.Data.CreateEnumerable<SmallSelfAttentionGan.Made>(seeded.Transform(ml.ImageGeneration.Seeds(2)), reuseRowObject: false).Count());
        IDataView unknown = ml.Data.LoadFromEnumerable<SmallSelfAttentionGan.Request>([new() { Label = "grey" }]);
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => AreAlike(named, unknown)).Message, "expected one of dark, light, got 'grey'");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => named.Generate([new(1, 0), new(1, 2)])).Message, "Request 1: Expected a class from 0 to 1, got 2.");
        Assert.ThrowsExactly<ArgumentException>(() => named.Generate([new(1, Codes: [1])]));
    }

    [TestMethod]
    public void WithoutALabelThereAreNoClasses()
    {
        using SelfAttentionGanGenerationTransformer model = SmallSelfAttentionGan.Train(ml, SmallSelfAttentionGan.Options(epochs: 1) with
        {
            LabelColumnName = null, Network = SmallSelfAttentionGan.Network with { AttentionSize = 0 },
        });
        Assert.IsEmpty(model.Labels);
        Assert.HasCount(3, model.Generate([new(1), new(2), new(3)]));
        Assert.ThrowsExactly<ArgumentException>(() => model.Generate([new(1, Class: 0)]));
        Assert.ThrowsExactly<InvalidOperationException>(() => model.Attend([new(1)], (0, 0)));
    }

    [TestMethod]
    [DataRow(5, 9)]
    [DataRow(40, 12)]
    public void ASingleImageOfAnyShapeIsEnough(int width, int height)
    {
        SmallSelfAttentionGan.Picture[] one = [new() { Image = RgbImage.Filled(width, height, 200, 20, 20).ToMLImage() }];
        using SelfAttentionGanGenerationTransformer model = ml.ImageGeneration.Trainers.SelfAttentionGan(SmallSelfAttentionGan.Options(epochs: 1) with
        {
            LabelColumnName = null, Network = SmallSelfAttentionGan.Network with { Channels = 3 },
        }).Fit(ml.Data.LoadFromEnumerable(one));
        RgbImage image = model.Generate([new(1)])[0];
        Assert.AreEqual((SmallSelfAttentionGan.Side, SmallSelfAttentionGan.Side), (image.Width, image.Height));
    }

    [TestMethod]
    public void AttentionIsGivenForThePositionsAskedFor()
    {
        using SelfAttentionGanGenerationTransformer model = SmallSelfAttentionGan.Train(ml, SmallSelfAttentionGan.Options(epochs: 1));
        GenerationRequest[] requests = [new(1, 0), new(2, 1), new(3, 1)];
        IReadOnlyList<GeneratedAttention> attended = model.With(new GenerationOptions { BatchSize = 2 }).Attend(requests, (0, 0), (7, 3));
        Assert.HasCount(3, attended);
        foreach (var (image, (row, column)) in attended.Zip(model.Generate(requests)).SelectMany(pair => new[] { (pair, (0, 0)), (pair, (7, 3)) }))
        {
            CollectionAssert.AreEqual(image.Second.Pixels.ToArray(), image.First.Image.Pixels.ToArray());
            AttentionMap map = image.First.Maps.Single(map => (map.Row, map.Column) == (row, column));
            Assert.HasCount(16, map.Weights);
            Assert.AreEqual(1, map.Weights.Sum(), 1e-5);
        }
        CollectionAssert.AreNotEqual(attended[0].Maps[0].Weights, attended[0].Maps[1].Weights);
        RgbImage picture = attended[0].ToImage();
        Assert.AreEqual((3 * 18 + 2, 18 + 2), (picture.Width, picture.Height));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => model.Attend(requests, (8, 0)));
    }

    [TestMethod]
    public void BFloat16TrainsAndPredictsLikeFloat32()
    {
        SelfAttentionGanGenerator.Options options = SmallSelfAttentionGan.Options(epochs: 1) with { MaxEpochs = 1, AveragingDecay = 0 };
        using SelfAttentionGanGenerationTransformer exact = SmallSelfAttentionGan.Train(ml, options);
        using SelfAttentionGanGenerationTransformer rough = SmallSelfAttentionGan.Train(ml, options with { Precision = Precision.BFloat16 });
        GenerationRequest[] requests = [new(1, 0), new(2, 1)];
        Assert.IsTrue(Difference(exact.Generate(requests), rough.Generate(requests)) is > 0 and < 20, $"training: {Difference(exact.Generate(requests), rough.Generate(requests))}");
        using var lower = exact.With(new GenerationOptions { Precision = Precision.BFloat16 });
        Assert.IsTrue(Difference(exact.Generate(requests), lower.Generate(requests)) is > 0 and < 5, $"prediction: {Difference(exact.Generate(requests), lower.Generate(requests))}");
        Assert.IsTrue(rough.UseNetwork(network => network.parameters().All(parameter => parameter.dtype == ScalarType.Float32)), "weights stay in 32 bits");
    }

    [TestMethod]
    public void AllFaultsOfTheOptionsAreListed()
    {
        string message = Assert.ThrowsExactly<ArgumentException>(() => ml.ImageGeneration.Trainers.SelfAttentionGan(new SelfAttentionGanGenerator.Options
        {
            BatchSize = 0, SettlingBatches = -1, MirrorProbability = 2, Network = new() { ImageSize = 100 }, Inference = new() { BatchSize = 0 },
        })).Message;
        foreach (string name in new[] { "BatchSize: ", "SettlingBatches: ", "MirrorProbability: ", "Network.ImageSize: ", "Inference.BatchSize: " })
            StringAssert.Contains(message, name);
    }

    [TestMethod]
    public void TheDefaultsAreThePapers()
    {
        var options = new SelfAttentionGanGenerator.Options();
        Assert.AreEqual((1e-4, 4e-4, 0.0, 0.9, 256, 1), (options.LearningRate, options.DiscriminatorLearningRate, options.Beta1, options.Beta2, options.BatchSize, options.DiscriminatorSteps));
        Assert.AreEqual((128, 128, 32), (options.Network.ImageSize, options.Network.NoiseSize, options.Network.AttentionSide));
    }

    private bool AreAlike(SelfAttentionGanGenerationTransformer model, IDataView rows)
    {
        byte[][] pixels = [.. ml.Data.CreateEnumerable<SmallSelfAttentionGan.Made>(model.Transform(rows), reuseRowObject: false)
            .Select(row => row.GeneratedImage.ToRgbImage().Pixels.ToArray())];
        return pixels.All(pixels[0].SequenceEqual);
    }

    /// <summary>Mean difference of bytes.</summary>
    private static double Difference(IReadOnlyList<RgbImage> some, IReadOnlyList<RgbImage> others) => some.Zip(others, (one, other) =>
        Enumerable.Range(0, one.Pixels.Length).Average(i => (double)Math.Abs(one.Pixels[i] - other.Pixels[i]))).Average();
}
