using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetDeepExtensions.Blocks;
using MLNetDeepExtensions.ImageGeneration;
using MLNetDeepExtensions.Images;
using MLNetDeepExtensions.Tests.Images;
using MLNetDeepExtensions.Training;

namespace MLNetDeepExtensions.Tests.ImageGeneration;

[TestClass]
public sealed class InfoGanTrainerTests
{
    private readonly MLContext ml = new(seed: 1);
    private readonly TemporaryFolder folder = new();

    [TestCleanup]
    public void Free() => folder.Dispose();

    private static InfoGanGenerator.Options Small(int epochs) => new()
    {
        MaxEpochs = epochs, BatchSize = 32,
        Network = new InfoGanNetworkOptions { ImageSize = Halves.Side, Width = 0.5, CategoricalCodes = [3], ContinuousCodes = 1, NoiseSize = 8, LearnsDeviation = false },
    };

    /// <summary>Requests for images, with codes.</summary>
    private sealed class Request
    {
        public long Seed { get; set; }

        public float[] Codes { get; set; } = [];
    }

    [TestMethod]
    public void LearnsThreeKindsWithoutLabelsAndReadsThemBack()
    {
        IDataView train = Halves.View(ml, 384), test = Halves.View(ml, 90, seed: 2);
        using InfoGanGenerationTransformer model = ml.ImageGeneration.Trainers.InfoGan(Small(epochs: 60)).Fit(train);
        using InfoGanEncodingTransformer encoder = model.AsEncoder();

        CategoryMetrics metrics = ml.ImageGeneration.EvaluateCategories(encoder.Transform(test));
        InformationBound bound = model.MutualInformation(300);
        Assert.IsGreaterThan(0.9, metrics.Accuracy);
        Assert.IsGreaterThan(0.8 * Math.Log(3), bound.Categorical);
        Assert.AreEqual(Math.Log(3), bound.CategoricalEntropy, 1e-9);

        // The same weights in a zip of their own.
        using var zip = new MemoryStream();
        ml.Model.Save(encoder, test.Schema, zip);
        zip.Position = 0;
        using var loaded = (InfoGanEncodingTransformer)new MLContext().Model.Load(zip, out _);
        CollectionAssert.AreEqual(encoder.Transform(test).GetColumn<float[]>("PredictedCodes").SelectMany(codes => codes).ToArray(),
            loaded.Transform(test).GetColumn<float[]>("PredictedCodes").SelectMany(codes => codes).ToArray());
    }

    [TestMethod]
    public void APlainGanHidesItsCodes()
    {
        using InfoGanGenerationTransformer plain = ml.ImageGeneration.Trainers.InfoGan(Small(epochs: 12) with { IsPlainGan = true }).Fit(Halves.View(ml, 192));
        using InfoGanGenerationTransformer informed = ml.ImageGeneration.Trainers.InfoGan(Small(epochs: 12)).Fit(Halves.View(ml, 192));
        Assert.IsLessThan(informed.MutualInformation(300).Categorical / 2, plain.MutualInformation(300).Categorical);
    }

    [TestMethod]
    public void TheSameSeedAndCodesGiveTheSameImageWhateverIsBesideIt()
    {
        using InfoGanGenerationTransformer model = Fitted(new() { CodesColumnName = "Codes" });
        Request[] requests = [.. Enumerable.Range(0, 7).Select(i => new Request { Seed = i % 3, Codes = [i % 2, 0.5f] })];
        IReadOnlyList<RgbImage> together = Images(model, requests), alone = Images(model.With(new GenerationOptions { BatchSize = 1 }), requests);
        for (int i = 0; i < requests.Length; i++)
            Assert.IsLessThanOrEqualTo(1, Difference(together[i], alone[i]));
        Assert.IsLessThanOrEqualTo(1, Difference(together[0], together[6]));
        Assert.IsGreaterThan(1, Difference(together[0], together[1]));
        Assert.IsGreaterThan(1, Difference(together[0], together[3]), "Seed 0 with category 0 and with category 1.");
    }

    [TestMethod]
    public void WithoutASeedColumnTheCodesDecideAlone()
    {
        using InfoGanGenerationTransformer model = Fitted(new() { SeedColumnName = null, CodesColumnName = "Codes" });
        IReadOnlyList<RgbImage> images = Images(model, [new() { Seed = 1, Codes = [0, 0.5f] }, new() { Seed = 2, Codes = [0, 0.5f] }, new() { Seed = 1, Codes = [0, 0.25f] }]);
        Assert.AreEqual(0, Difference(images[0], images[1]));
        Assert.AreNotEqual(0, Difference(images[0], images[2]));
    }

    [TestMethod]
    [DataRow(new[] { 3f, 0f }, "Code 0: expected a category, 0 to 2, got 3.")]
    [DataRow(new[] { 0.5f, 0f }, "Code 0: expected a category, 0 to 2, got 0.5.")]
    [DataRow(new[] { 1f, float.NaN }, "Code 1: expected a finite number, got NaN.")]
    [DataRow(new[] { 1f }, "Codes: expected 2 numbers (1 categories, 1 continuous), got 1.")]
    public void CodesThatAreNoneAreRefused(float[] codes, string expected)
    {
        using InfoGanGenerationTransformer model = Fitted(new() { CodesColumnName = "Codes" });
        Assert.AreEqual($"Row 0: {expected}", Assert.ThrowsExactly<InvalidDataException>(() => Images(model, [new() { Codes = codes }])).Message);
        Assert.StartsWith($"Request 0: {expected}", Assert.ThrowsExactly<ArgumentException>(() => model.Generate([new GenerationRequest(1, Codes: codes)])).Message);
    }

    [TestMethod]
    public void TraversalChangesOneCodeAlone()
    {
        using InfoGanGenerationTransformer model = Fitted(new());
        CodeTraversal categories = model.Traverse(0, samples: 2), values = model.Traverse(1, samples: 3, steps: 5, from: -2, to: 2);
        CollectionAssert.AreEqual(new[] { 0f, 1, 2 }, categories.Values.ToArray());
        CollectionAssert.AreEqual(new[] { -2f, -1, 0, 1, 2 }, values.Values.ToArray());
        Assert.HasCount(3, values.Rows);
        Assert.AreEqual((5 * (Halves.Side + 2) + 2, 3 * (Halves.Side + 2) + 2), (values.ToImage().Width, values.ToImage().Height));
        // Rows of different codes that agree in everything else meet where the codes do.
        Assert.IsLessThanOrEqualTo(1, Difference(model.Traverse(1, samples: 1, steps: 3).Rows[0][1], values.Rows[0][2]));
        Assert.Throws<ArgumentOutOfRangeException>(() => model.Traverse(2));
    }

    /// <summary>Colours among grey ones, smaller than the network and not square: each becomes an image of the network's size.</summary>
    [TestMethod]
    public void ImagesOfAnyKindAreLearnedFromAndRead()
    {
        Halves.Picture[] mixed = [.. Enumerable.Range(0, 16).Select(i => new Halves.Picture { Image = Pictures.Noise(3 + i % 7, 4 + i % 5, seed: i).ToMLImage() })];
        using InfoGanGenerationTransformer model = ml.ImageGeneration.Trainers.InfoGan(Small(1)).Fit(ml.Data.LoadFromEnumerable(mixed));
        using InfoGanEncodingTransformer encoder = model.AsEncoder();
        IDataView read = encoder.Transform(ml.Data.LoadFromEnumerable([mixed[0], new Halves.Picture()]));

        Assert.AreEqual(0u, read.GetColumn<uint>("PredictedCategory").Last(), "A row without an image.");
        Assert.IsTrue(read.GetColumn<float[]>("PredictedCodes").Last().All(float.IsNaN));
        Assert.IsTrue(read.GetColumn<float[]>("PredictedCodes").First().All(float.IsFinite));
        RgbImage grey = model.Generate([new GenerationRequest(1)])[0];
        Assert.IsTrue(grey.Plane(0).SequenceEqual(grey.Plane(1)) && grey.Plane(1).SequenceEqual(grey.Plane(2)));
    }

    [TestMethod]
    public void OneImageIsTooFew()
    {
        string message = Assert.ThrowsExactly<InvalidDataException>(() => ml.ImageGeneration.Trainers.InfoGan(Small(epochs: 1)).Fit(Halves.View(ml, 1))).Message;
        Assert.Contains("at least two images", message);
        Assert.Contains("leave one alone", Assert.ThrowsExactly<InvalidDataException>(
            () => ml.ImageGeneration.Trainers.InfoGan(Small(epochs: 1) with { BatchSize = 2 }).Fit(Halves.View(ml, 3))).Message);
    }

    [TestMethod]
    public void EveryFaultOfTheOptionsIsListed()
    {
        string message = Assert.ThrowsExactly<ArgumentException>(() => ml.ImageGeneration.Trainers.InfoGan(Small(1) with
        {
            BatchSize = 1, DiscriminatorSteps = 0, Beta1 = 1, CategoricalWeight = -1, MirrorProbability = 2, DiscriminatorLearningRate = 0, ValidationFraction = 0.1,
            Samples = new SampleGrids { Rows = 0 }, Inference = new GenerationOptions { BatchSize = 0 },
        })).Message;
        foreach (string name in (string[])["BatchSize: expected at least 2", "DiscriminatorSteps", "Beta1", "CategoricalWeight", "MirrorProbability", "DiscriminatorLearningRate",
            "ValidationFraction", "Samples.Rows", "Inference.BatchSize"])
            Assert.Contains(name, message);
    }

    [TestMethod]
    public void SampleGridsAreDrawnEveryFewEpochsAndAtTheEnd()
    {
        var options = Small(epochs: 5) with { Samples = new SampleGrids { Folder = folder.PathOf("grids"), EveryEpochs = 2, Rows = 2, Columns = 3 } };
        using InfoGanGenerationTransformer with = ml.ImageGeneration.Trainers.InfoGan(options).Fit(Halves.View(ml, 32));
        using InfoGanGenerationTransformer without = ml.ImageGeneration.Trainers.InfoGan(options with { Samples = null }).Fit(Halves.View(ml, 32));

        string[] files = [.. Directory.GetFiles(folder.PathOf("grids")).Order()];
        CollectionAssert.AreEqual(new[] { "epoch-0002.png", "epoch-0004.png", "epoch-0005.png" }, files.Select(Path.GetFileName).ToArray());
        using MLImage picture = MLImage.CreateFromFile(files[^1]);
        Assert.AreEqual((3 * (Halves.Side + 2) + 2, 2 * (Halves.Side + 2) + 2), (picture.Width, picture.Height));
        Assert.AreEqual(0, Difference(with.Generate([new GenerationRequest(1)])[0], without.Generate([new GenerationRequest(1)])[0]), "Pictures change nothing.");
    }

    [TestMethod]
    public void SeedsAreRowsOfTheirOwn()
    {
        long[] seeds = [.. ml.ImageGeneration.Seeds(50, seed: 3).GetColumn<long>("Seed")];
        Assert.HasCount(50, seeds.ToHashSet());
        CollectionAssert.AreEqual(seeds[..10], ml.ImageGeneration.Seeds(10, seed: 3).GetColumn<long>("Seed").ToArray());
        Assert.IsEmpty(seeds.Intersect(ml.ImageGeneration.Seeds(50, seed: 4).GetColumn<long>("Seed")));
        using InfoGanGenerationTransformer model = Fitted(new());
        Assert.HasCount(5, model.Transform(ml.ImageGeneration.Seeds(5)).GetColumn<MLImage>("GeneratedImage").ToArray());
    }

    [TestMethod]
    public void AChainIsFittedToDataWithoutSeeds()
    {
        var chain = ml.Transforms.CopyColumns("Copy", "Image").Append(ml.ImageGeneration.Trainers.InfoGan(Small(epochs: 1) with { ImageColumnName = "Copy" })).Fit(Halves.View(ml, 32));
        using InfoGanGenerationTransformer model = chain.LastTransformer;
        Assert.Contains("'Seed'", Assert.Throws<ArgumentOutOfRangeException>(() => chain.Transform(Halves.View(ml, 2)).GetColumn<MLImage>("GeneratedImage").ToArray()).Message);
        Assert.HasCount(3, model.Transform(ml.ImageGeneration.Seeds(3)).GetColumn<MLImage>("GeneratedImage").ToArray());
    }

    [TestMethod]
    public void LearnsInLowPrecisionWithSeveralUpdatesOfTheDiscriminator()
    {
        using InfoGanGenerationTransformer model = ml.ImageGeneration.Trainers.InfoGan(
            Small(epochs: 4) with { Precision = Precision.BFloat16, DiscriminatorSteps = 2, AccumulationSteps = 2, BatchSize = 8 }).Fit(Halves.View(ml, 64));
        // Eight batches an epoch, four to a step.
        Assert.AreEqual(8, model.History.Epochs[^1].Step);
        Assert.IsTrue(model.History.Epochs[^1].Losses.Keys.ToHashSet().IsSupersetOf(["discriminator", "generator", "categoricalInformation", "continuousInformation"]));
    }

    private InfoGanGenerationTransformer Fitted(InfoGanGenerator.Options columns) => ml.ImageGeneration.Trainers.InfoGan(columns with
    {
        // Great rates, so that a few updates make images that differ.
        Network = Small(1).Network with { Width = 0.125 }, MaxEpochs = 2, BatchSize = 16, LearningRate = 0.05, DiscriminatorLearningRate = 0.01,
    }).Fit(Halves.View(ml, 64));

    private IReadOnlyList<RgbImage> Images(InfoGanGenerationTransformer model, IEnumerable<Request> requests) =>
        [.. model.Transform(ml.Data.LoadFromEnumerable(requests)).GetColumn<MLImage>("GeneratedImage").Select(image => image.ToRgbImage())];

    private static int Difference(RgbImage one, RgbImage other) =>
        one.Pixels.ToArray().Zip(other.Pixels.ToArray()).Max(pair => Math.Abs(pair.First - pair.Second));
}
