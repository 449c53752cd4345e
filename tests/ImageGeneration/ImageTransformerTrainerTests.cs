using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetDeepExtensions.Blocks;
using MLNetDeepExtensions.ImageGeneration;
using MLNetDeepExtensions.ImageGeneration.Metrics;
using MLNetDeepExtensions.Images;
using MLNetDeepExtensions.Tests.Images;
using MLNetDeepExtensions.Training;

namespace MLNetDeepExtensions.Tests.ImageGeneration;

[TestClass]
public sealed class ImageTransformerTrainerTests
{
    private readonly MLContext ml = new(seed: 1);
    private readonly TemporaryFolder folder = new();

    [TestCleanup]
    public void Free() => folder.Dispose();

    /// <summary>A grey network of 8x8 pixels.</summary>
    internal static ImageTransformerNetworkOptions Network { get; } = new()
    {
        ImageSize = Halves.Side, Channels = 1, Layers = 1, Width = 32, Heads = 2, FeedForwardWidth = 64, Dropout = 0,
        Attention = new LocalAttention.OneDimensional { QueryLength = 32, MemoryLength = 32 },
    };

    private static ImageTransformerGenerator.Options Small(int epochs) => new()
    {
        Network = Network, MaxEpochs = epochs, BatchSize = 32, LearningRate = 5e-3, Schedule = new LearningRateSchedule.Cosine { WarmUp = 0.1 },
    };

    /// <summary>What the fitted models of these tests read.</summary>
    private sealed class Request
    {
        [AnySizeImage]
        public MLImage Image { get; set; } = null!;

        public string Label { get; set; } = "above";

        public long Seed { get; set; }
    }

    [TestMethod]
    public void LearnsWhatTheHistogramsOfPixelsCannot()
    {
        IDataView train = Halves.View(ml, 384), test = Halves.View(ml, 90, seed: 2);
        using ImageTransformerGenerationTransformer model = ml.ImageGeneration.Trainers.ImageTransformer(Small(epochs: 20) with { ValidationSet = test }).Fit(train);
        using ImageLikelihoodTransformer likelihood = model.AsLikelihood();
        float[] bits = Bits(likelihood, test);

        var histograms = new PixelHistograms(Halves.Side, Halves.Side, channels: 1);
        foreach (RgbImage image in ImagesOf(train, "Image"))
            histograms.Add(image);
        double baseline = ImagesOf(test, "Image").Average(histograms.BitsPerDimension);
        Assert.IsLessThan(baseline - 0.7, bits.Average(), $"histograms: {baseline}");
        Assert.AreEqual(model.History.Epochs[^1].Metrics["bits"], bits.Average(), 0.05);

        // The same weights in a zip of their own.
        using var zip = new MemoryStream();
        ml.Model.Save(likelihood, test.Schema, zip);
        zip.Position = 0;
        using var loaded = (ImageLikelihoodTransformer)new MLContext().Model.Load(zip, out _);
        CollectionAssert.AreEqual(bits, Bits(loaded, test));
    }

    [TestMethod]
    public void TheSameSeedAndLabelGiveTheSameImageWhateverIsBesideIt()
    {
        using ImageTransformerGenerationTransformer model = WithClasses();
        Request[] requests = [.. Enumerable.Range(0, 5).Select(i => new Request { Seed = i % 2, Label = Halves.Names[i % 3] })];
        RgbImage[] together = Images(model, requests), alone = Images(model.With(new ImageTransformerGenerationOptions { BatchSize = 1 }), requests);
        for (int i = 0; i < requests.Length; i++)
            Assert.AreEqual(0, Difference(together[i], alone[i]));
        Assert.AreNotEqual(0, Difference(together[0], together[1]), "another seed and class");
        Assert.AreNotEqual(0, Difference(together[0], together[2]), "another class");
        Assert.AreNotEqual(0, Difference(together[0], together[3]), "another seed");
    }

    [TestMethod]
    public void AnUnknownLabelIsRefused()
    {
        using ImageTransformerGenerationTransformer model = WithClasses();
        string message = Assert.ThrowsExactly<InvalidDataException>(() => Images(model, [new Request { Label = "below" }])).Message;
        Assert.AreEqual("Row 0: Column 'Label': expected one of above, left, middle, got 'below'.", message);
        Assert.StartsWith("Request 1: Expected a class from 0 to 2, got 3.",
            Assert.ThrowsExactly<ArgumentException>(() => model.Generate([new GenerationRequest(1), new GenerationRequest(1, Class: 3)])).Message);
        using ImageLikelihoodTransformer likelihood = model.AsLikelihood();
        Assert.StartsWith("Request 0: expected a class from 0 to 2, got -1.",
            Assert.ThrowsExactly<ArgumentException>(() => likelihood.Measure([new LikelihoodRequest(Formula.Picture(8, 8), -1)])).Message);
    }

    [TestMethod]
    public void AGivenImageIsKeptAboveAndDrawnAnewBelow()
    {
        using ImageTransformerGenerationTransformer model = Fitted(Small(1));
        using ImageTransformerGenerationTransformer completing = model.With(new() { Task = ImageTransformerTask.Complete, GivenFraction = 0.375 });
        MLImage given = Pictures.Of(Halves.Side, Halves.Side, (x, y) => ((byte)(x * 30), (byte)(x * 30), (byte)(x * 30))).ToMLImage();
        RgbImage[] completed = Images(completing, [new Request { Image = given, Seed = 1 }, new Request { Image = given, Seed = 2 }]);
        RgbImage original = given.ToRgbImage();
        foreach (RgbImage image in completed)
            for (int y = 0; y < 3; y++)
                CollectionAssert.AreEqual(original.Row(0, y).ToArray(), image.Row(0, y).ToArray());
        Assert.IsFalse(completed[0].Row(0, 5).SequenceEqual(completed[1].Row(0, 5)));
        Assert.AreEqual("Row 0: Expected an image, got none.",
            Assert.ThrowsExactly<InvalidDataException>(() => Images(completing, [new Request { Image = null! }])).Message);
        Assert.Contains("Expected no image", Assert.ThrowsExactly<ArgumentException>(() => model.Generate([new GenerationRequest(1, Image: original)])).Message);
    }

    [TestMethod]
    public void ASmallImageIsMadeLarger()
    {
        var options = Small(1) with { Network = Network with { SuperResolution = new() { Factor = 4, EncoderLayers = 1 } } };
        using ImageTransformerGenerationTransformer model = Fitted(options);
        RgbImage large = Formula.Picture(8, 8);
        RgbImage small = large.Resample(ImageWindow.Whole(large), 2, 2, Resampling.Area).ToImage();
        RgbImage[] enlarged = Images(model, [new Request { Image = small.ToMLImage(), Seed = 1 }, new Request { Image = large.ToMLImage(), Seed = 1 },
            new Request { Image = RgbImage.Filled(2, 2, 9, 9, 9).ToMLImage(), Seed = 1 }]);
        Assert.AreEqual((8, 8), (enlarged[0].Width, enlarged[0].Height));
        Assert.AreEqual(0, Difference(enlarged[0], enlarged[1]), "A large image is made small first.");
        Assert.AreNotEqual(0, Difference(enlarged[0], enlarged[2]));
        using ImageLikelihoodTransformer likelihood = model.AsLikelihood();
        Assert.IsTrue(float.IsFinite(likelihood.Measure([new LikelihoodRequest(large)])[0]));
    }

    [TestMethod]
    [DataRow(1, 10)]
    [DataRow(null, 20, DisplayName = "the whole small image")]
    public void AnEnlargedImageMadeSmallAgainIsWhatWasGiven(int? radius, int epochs)
    {
        var options = Small(epochs) with
        {
            BatchSize = 16,
            Network = Network with { Positions = PositionEncoding.Learned, SuperResolution = new() { Factor = 2, EncoderLayers = 1, Radius = radius } },
        };
        using ImageTransformerGenerationTransformer model = ml.ImageGeneration.Trainers.ImageTransformer(options).Fit(Mosaics(512, seed: 1));
        RgbImage[] given = [.. ImagesOf(Mosaics(16, seed: 2), "Image").Select(Reduced)];
        RgbImage[] reduced = [.. model.Generate([.. given.Select((image, i) => new GenerationRequest(i, Image: image))]).Select(Reduced)];
        double difference = given.Zip(reduced, MeanDifference).Average(), toAnother = given.Zip(reduced.Skip(1), MeanDifference).Average();
        Assert.IsLessThan(toAnother / 10, difference);
    }

    [TestMethod]
    public void ImagesOfAnySizeShapeAndColourAreLearnedAndJudged()
    {
        Request[] odd = [.. new[] { (5, 5), (8, 8), (20, 9), (3, 40) }.Select(size => new Request { Image = Formula.Picture(size.Item1, size.Item2).ToMLImage() }),
            new Request { Image = RgbImage.Filled(8, 8, 7, 7, 7).ToMLImage() }];
        IDataView view = ml.Data.LoadFromEnumerable(odd);
        var colour = Small(1) with { Network = Network with { Channels = 3, Output = PixelOutput.LogisticMixture, Mixtures = 2 }, BatchSize = 2 };
        using ImageTransformerGenerationTransformer model = ml.ImageGeneration.Trainers.ImageTransformer(colour).Fit(view);
        using ImageLikelihoodTransformer likelihood = model.AsLikelihood();
        Assert.IsTrue(Bits(likelihood, view).All(float.IsFinite));
        Assert.IsTrue(float.IsNaN(Bits(likelihood, ml.Data.LoadFromEnumerable([new Request { Image = null! }]))[0]), "There is no image.");
    }

    [TestMethod]
    public void DrawingCanBeCancelled()
    {
        using var stop = new CancellationTokenSource();
        using ImageTransformerGenerationTransformer model = Fitted(Small(1));
        using ImageTransformerGenerationTransformer cancelled = model.With(new() { CancellationToken = stop.Token });
        Assert.HasCount(1, cancelled.Generate([new GenerationRequest(1)]));
        stop.Cancel();
        Assert.ThrowsExactly<OperationCanceledException>(() => cancelled.Generate([new GenerationRequest(1)]));
    }

    [TestMethod]
    public void SampleGridsAreDrawnAndChangeNothing()
    {
        var options = Small(epochs: 2) with { Samples = new SampleGrids { Folder = folder.PathOf("grids"), Rows = 1, Columns = 3 } };
        using ImageTransformerGenerationTransformer with = Fitted(options), without = Fitted(options with { Samples = null });
        CollectionAssert.AreEqual(new[] { "epoch-0001.png", "epoch-0002.png" },
            Directory.GetFiles(folder.PathOf("grids")).Order().Select(Path.GetFileName).ToArray());
        Assert.AreEqual(0, Difference(with.Generate([new GenerationRequest(1)])[0], without.Generate([new GenerationRequest(1)])[0]));
    }

    [TestMethod]
    public void LearnsInLowPrecision()
    {
        using ImageTransformerGenerationTransformer model = Fitted(Small(epochs: 3) with { Precision = Precision.BFloat16 });
        Assert.IsLessThan(model.History.Epochs[0].Losses["bits"], model.History.Epochs[^1].Losses["bits"]);
    }

    [TestMethod]
    public void EveryFaultOfTheOptionsIsListed()
    {
        string message = Assert.ThrowsExactly<ArgumentException>(() => ml.ImageGeneration.Trainers.ImageTransformer(Small(1) with
        {
            Beta1 = 1, MirrorProbability = 2, Network = Network with { Heads = 3 }, Samples = new SampleGrids { Rows = 0 },
            Inference = new() { Temperature = 0, TopCount = 0, GivenFraction = 1, Precision = Precision.BFloat16, Task = (ImageTransformerTask)9 },
        })).Message;
        foreach (string name in (string[])["Beta1", "MirrorProbability", "Network.Width", "Samples.Rows", "Inference.Temperature", "Inference.TopCount",
            "Inference.GivenFraction", "Inference.Precision", "Inference.Task"])
            Assert.Contains(name, message);
    }

    private ImageTransformerGenerationTransformer Fitted(ImageTransformerGenerator.Options options) =>
        ml.ImageGeneration.Trainers.ImageTransformer(options).Fit(Halves.View(ml, 64));

    /// <summary>Squares of two by two pixels, each dark or bright by chance.</summary>
    private IDataView Mosaics(int count, int seed) => ml.Data.LoadFromEnumerable(Enumerable.Range(0, count).Select(i =>
    {
        var random = new SampleRandom(seed, 0, i);
        byte[] levels = [.. Enumerable.Range(0, 16).Select(_ => (byte)(random.Below(2) * 160 + 40))];
        return new Request { Image = Pictures.Of(Halves.Side, Halves.Side, (x, y) => Halves.Grey(levels[y / 2 * 4 + x / 2])).ToMLImage() };
    }).ToArray());

    private static RgbImage Reduced(RgbImage image) => image.Resample(ImageWindow.Whole(image), image.Width / 2, image.Height / 2, Resampling.Area).ToImage();

    private static double MeanDifference(RgbImage one, RgbImage other) =>
        one.Pixels.ToArray().Zip(other.Pixels.ToArray()).Average(pair => Math.Abs(pair.First - pair.Second));

    private ImageTransformerGenerationTransformer WithClasses()
    {
        IDataView data = Halves.View(ml, 48);
        IDataView keyed = ml.Transforms.Conversion.MapValueToKey("Label").Fit(data).Transform(data);
        return ml.ImageGeneration.Trainers.ImageTransformer(Small(2) with { LabelColumnName = "Label" }).Fit(keyed);
    }

    private RgbImage[] Images(ImageTransformerGenerationTransformer model, IEnumerable<Request> requests) =>
        [.. ImagesOf(model.Transform(ml.Data.LoadFromEnumerable(requests)), "GeneratedImage")];

    private static IEnumerable<RgbImage> ImagesOf(IDataView view, string column) => view.GetColumn<MLImage>(column).Select(image => image.ToRgbImage());

    private static float[] Bits(ImageLikelihoodTransformer likelihood, IDataView view) => [.. likelihood.Transform(view).GetColumn<float>("BitsPerDimension")];

    private static int Difference(RgbImage one, RgbImage other) =>
        one.Pixels.ToArray().Zip(other.Pixels.ToArray()).Max(pair => Math.Abs(pair.First - pair.Second));
}
