using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetDeepExtensions.Blocks;
using MLNetDeepExtensions.ImageTranslation;
using MLNetDeepExtensions.Images;
using MLNetDeepExtensions.Tests.Images;
using MLNetDeepExtensions.Training;
using SkiaSharp;

namespace MLNetDeepExtensions.Tests.ImageTranslation;

[TestClass]
public sealed class CycleGanTrainerTests
{
    private readonly MLContext ml = new(seed: 1);
    private readonly TemporaryFolder folder = new();

    [TestCleanup]
    public void Free() => folder.Dispose();

    [TestMethod]
    public void LearnsBothDirectionsFromImagesThatDoNotBelongTogether()
    {
        using CycleGanTranslationTransformer model = Fit(Styles.Small(epochs: 4), Styles.View(ml, 40, 43, seed: 1));
        using CycleGanTranslationTransformer back = model.Reverse();
        foreach ((CycleGanTranslationTransformer direction, int first, int second) in new[] { (model, 20, 0), (back, 0, 20) })
        {
            ImageTranslationMetrics metrics = ml.ImageTranslation.Evaluate(
                direction.Transform(Styles.View(ml, first, second, seed: 2)), targetImageColumnName: "Target");
            Assert.IsLessThan(6, metrics.Untranslated!.PeakSignalToNoise);
            Assert.IsGreaterThan(17, metrics.Target!.PeakSignalToNoise);
            Assert.IsGreaterThan(17, metrics.Cycle!.PeakSignalToNoise);
            Assert.AreEqual(20, metrics.ImageCount);
        }
        CollectionAssert.IsSubsetOf(
            new[] { "adversarialG", "adversarialF", "cycleX", "cycleY", "discriminatorX", "discriminatorY" }, model.History.Epochs[^1].Losses.Keys.ToArray());
        Assert.IsLessThan(0.5, model.History.Epochs[^1].Losses["cycleX"] / model.History.Epochs[0].Losses["cycleX"]);
    }

    [TestMethod]
    [DataRow(Precision.Float32, 0.5, 0.9)]
    public void IdentityTermsLowPrecisionAndAveragesWorkTogetherWithTheRest(Precision precision, double identity, double averaging)
    {
        using CycleGanTranslationTransformer model = Fit(
            Styles.Small(epochs: 1) with { Precision = precision, IdentityWeight = identity, AveragingDecay = averaging, BatchSize = 2, AccumulationSteps = 2 },
            Styles.View(ml, 6, 4, seed: 1));
        Assert.AreEqual(identity > 0, model.History.Epochs[0].Losses.ContainsKey("identityX"));
        Assert.AreEqual(2, model.History.Epochs[0].Step);
        Assert.IsTrue(model.History.Epochs[0].Losses.Values.All(double.IsFinite));
    }

    [TestMethod]
    public void SamplesOfBothDirectionsAreDrawnWhileItLearns()
    {
        var samples = new SampleGrids { Folder = folder.PathOf("samples"), EveryEpochs = 2, Rows = 2, Columns = 6 };
        Fit(Styles.Small(epochs: 3) with { Samples = samples }, Styles.View(ml, 3, 2, seed: 1)).Dispose();
        CollectionAssert.AreEquivalent(
            new[] { "epoch-0002.png", "epoch-0003.png" }, Directory.GetFiles(samples.Folder).Select(Path.GetFileName).ToArray());
        using SKBitmap picture = SKBitmap.Decode(Path.Combine(samples.Folder, "epoch-0003.png"));
        Assert.AreEqual((6 * (Styles.Side + 2) + 2, 2 * (Styles.Side + 2) + 2), (picture.Width, picture.Height));
    }

    [TestMethod]
    public void AModelIsAStartingPoint()
    {
        using CycleGanTranslationTransformer first = Fit(Styles.Small(epochs: 1), Styles.View(ml, 4, 4, seed: 1));
        CycleGanTranslator.Options gentle = Styles.Small(epochs: 1) with { LearningRate = 1e-9, InitialModel = first };
        using CycleGanTranslationTransformer second = Fit(gentle, Styles.View(ml, 2, 2, seed: 1));
        float difference = first.UseNetwork(one => second.UseNetwork(other =>
            one.parameters().Zip(other.parameters()).Max(pair => (pair.First - pair.Second).abs().max().item<float>())));
        Assert.IsLessThan(1e-6f, difference);
    }

    [TestMethod]
    [DataRow(0, 3, "first")]
    [DataRow(3, 0, "second")]
    [DataRow(1, 0, "second")]
    public void AnEmptyDomainIsNamed(int first, int second, string domain)
    {
        string message = Assert.ThrowsExactly<InvalidDataException>(() => Fit(Styles.Small(1), Styles.View(ml, first, second, seed: 1))).Message;
        Assert.AreEqual($"The data has no row of the {domain} domain (column 'Domain') that can be used (0 skipped).", message);
    }

    [TestMethod]
    public void OneImageOfEachDomainIsEnough() => Fit(Styles.Small(1), Styles.View(ml, 1, 1, seed: 1)).Dispose();

    [TestMethod]
    public void SmallOddAndGreyImagesAreTakenToo()
    {
        Styles.Picture[] pictures =
        [
            new() { Image = Pictures.Noise(5, 3).ToMLImage(), Domain = false },
            new() { Image = Pictures.Of(31, 50, (x, y) => ((byte)x, (byte)x, (byte)x)).ToMLImage(), Domain = true },
            new() { Image = Styles.Scene(1, 1, second: true).ToMLImage(), Domain = true },
        ];
        using CycleGanTranslationTransformer model = Fit(Styles.Small(1), ml.Data.LoadFromEnumerable(pictures));
        Assert.IsTrue(model.History.Epochs[0].Losses.Values.All(double.IsFinite));
    }

    [TestMethod]
    public void AnImageSmallerThanTheNetworksPartIsABadRow()
    {
        CycleGanTranslator.Options atScale = Styles.Small(1) with { Augmentation = new() { LoadSize = null, CropSize = Styles.Side } };
        Styles.Picture[] pictures = [.. Styles.Generate(3, 3, seed: 1), new() { Image = Pictures.Noise(20, 60).ToMLImage(), Domain = true }];
        IDataView data = ml.Data.LoadFromEnumerable(pictures);
        string message = Assert.ThrowsExactly<InvalidDataException>(() => Fit(atScale, data)).Message;
        Assert.AreEqual("Row 6 of the training data cannot be used: Expected an image of at least 24x24 pixels, the size that is cut out, got 20x60.", message);
        using CycleGanTranslationTransformer model = Fit(atScale with { BadRows = BadRows.Skip }, data);
        Assert.AreEqual(1, model.History.SkippedRows);
    }

    private sealed class KeyedPicture
    {
        [AnySizeImage]
        public MLImage Image { get; set; } = null!;

        public string Domain { get; set; } = "";
    }

    [TestMethod]
    [DataRow("A,B", null)]
    [DataRow("A,A", "Domain column 'Domain': expected a key of two domains, got one of 1.")]
    [DataRow("A,B,C", "Domain column 'Domain': expected a key of two domains, got one of 3.")]
    public void ADomainIsOneOfTwoKeys(string domains, string? fault)
    {
        KeyedPicture[] pictures = [.. domains.Split(',').Select((domain, i) => new KeyedPicture { Image = Styles.Scene(1, i, i > 0).ToMLImage(), Domain = domain })];
        IDataView data = ml.Data.LoadFromEnumerable(pictures);
        IDataView keyed = ml.Transforms.Conversion.MapValueToKey("Domain").Fit(data).Transform(data);
        if (fault is null)
            Fit(Styles.Small(1), keyed).Dispose();
        else
            Assert.AreEqual(fault, Assert.ThrowsExactly<InvalidOperationException>(() => Fit(Styles.Small(1), keyed)).Message);
    }

    [TestMethod]
    public void AMissingDomainIsABadRow()
    {
        KeyedPicture[] pictures = [.. new[] { "A", "B", "A", "" }.Select((domain, i) => new KeyedPicture { Image = Styles.Scene(1, i, i > 0).ToMLImage(), Domain = domain })];
        IDataView known = ml.Data.LoadFromEnumerable(pictures[..2]), data = ml.Data.LoadFromEnumerable(pictures);
        IDataView keyed = ml.Transforms.Conversion.MapValueToKey("Domain").Fit(known).Transform(data);
        string message = Assert.ThrowsExactly<InvalidDataException>(() => Fit(Styles.Small(1), keyed)).Message;
        Assert.AreEqual("Row 3 of the training data cannot be used: Its domain is missing (key 0).", message);
    }

    [TestMethod]
    public void EveryFaultyOptionIsNamed()
    {
        var faulty = new CycleGanTranslator.Options
        {
            Network = new() { ResidualBlocks = 0 }, Inference = new() { BatchSize = 0 }, Augmentation = new() { CropSize = 258, LoadSize = 200, MirrorProbability = 2 },
            CycleWeight = 0, IdentityWeight = -1, PoolSize = -1, DiscriminatorSteps = 2, ValidationFraction = 0.1,
        };
        string message = Assert.ThrowsExactly<ArgumentException>(() => ml.ImageTranslation.Trainers.CycleGan(faulty)).Message;
        foreach (string name in new[]
        {
            "Network.ResidualBlocks", "Inference.BatchSize", "Augmentation.CropSize", "Augmentation.LoadSize", "Augmentation.MirrorProbability", "CycleWeight",
            "IdentityWeight", "PoolSize", "DiscriminatorSteps", "ValidationFraction",
        })
            Assert.Contains($"{name}:", message.Replace(", ValidationFraction", "\n  ValidationFraction", StringComparison.Ordinal), name);
        Assert.Contains("Augmentation.CropSize: expected a multiple of 4 from 24 to 4096 pixels, got 20.", Assert.ThrowsExactly<ArgumentException>(
            () => ml.ImageTranslation.Trainers.CycleGan(new CycleGanTranslator.Options { Augmentation = new() { CropSize = 20 } })).Message);
    }

    [TestMethod]
    public void DefaultsAreThePapers()
    {
        var options = new CycleGanTranslator.Options();
        Assert.AreEqual((200, 1, 2e-4, 2e-4, 0.5, 10.0, 50), (options.MaxEpochs, options.BatchSize, options.LearningRate, options.DiscriminatorLearningRate,
            options.Beta1, options.CycleWeight, options.PoolSize));
        Assert.AreEqual((9, 64, 3), (options.Network.ResidualBlocks, options.Network.GeneratorWidth, options.Network.DiscriminatorLayers));
        LearningRateSchedule schedule = options.Schedule;
        Assert.AreEqual(1, schedule.FactorAt(new SchedulePoint(0, 99, 0.495)));
        Assert.AreEqual(0.5, schedule.FactorAt(new SchedulePoint(0, 150, 0.75)), 1e-9);
        _ = ml.ImageTranslation.Trainers.CycleGan(options);
        _ = ml.ImageTranslation.Trainers.CycleGan();
    }

    private CycleGanTranslationTransformer Fit(CycleGanTranslator.Options options, IDataView data) => ml.ImageTranslation.Trainers.CycleGan(options).Fit(data);
}
