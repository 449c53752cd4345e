using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetDeepExtensions.ImageTranslation;
using MLNetDeepExtensions.Images;
using MLNetDeepExtensions.Images.Metrics;
using MLNetDeepExtensions.Tests.Detection;
using MLNetDeepExtensions.Tests.Images;
using MLNetDeepExtensions.Weights;

namespace MLNetDeepExtensions.Tests.ImageTranslation;

[TestClass]
public sealed class CycleGanTransformerTests
{
    private static readonly Lazy<CycleGanTranslationTransformer> Fitted = new(() =>
        new MLContext(seed: 1).ImageTranslation.Trainers.CycleGan(Styles.Small(epochs: 1)).Fit(Styles.View(new MLContext(), 6, 6, seed: 1)));

    private readonly MLContext ml = new(seed: 1);
    private readonly TemporaryFolder folder = new();

    [TestCleanup]
    public void Free() => folder.Dispose();

    private sealed class Photo
    {
        [AnySizeImage]
        public MLImage Image { get; set; } = null!;
    }

    [TestMethod]
    public void ImagesOfAnySizeKeepIt()
    {
        (int Width, int Height)[] sizes = [(24, 24), (24, 24), (17, 30), (1, 1), (100, 9), (24, 24)];
        Result[] results = Translate(Fitted.Value.With(new() { BatchSize = 4 }), [.. sizes.Select(size => Pictures.Noise(size.Width, size.Height))]);
        CollectionAssert.AreEqual(sizes, results.Select(result => (result.Translated.Width, result.Translated.Height)).ToArray());
        CollectionAssert.AreEqual(sizes, results.Select(result => (result.Reconstructed.Width, result.Reconstructed.Height)).ToArray());
    }

    [TestMethod]
    public void TheWayBackIsWhatTheOtherDirectionMakesOfTheTranslation()
    {
        using CycleGanTranslationTransformer back = Fitted.Value.Reverse();
        RgbImage image = Styles.Scene(3, 1, second: false, width: 30, height: 21);
        Result there = Translate(Fitted.Value, [image])[0], returned = Translate(back, [there.Translated])[0];

        CollectionAssert.AreEqual(there.Reconstructed.Pixels.ToArray(), returned.Translated.Pixels.ToArray());
        Assert.AreEqual(MeanDifference.Of(image, there.Reconstructed), there.CycleError, 1e-6);
        Assert.IsTrue(back.IsReversed);
        Assert.IsFalse(Fitted.Value.IsReversed);
    }

    [TestMethod]
    public void TheWayBackIsComputedWhenItIsAskedForAndOnce()
    {
        int runs = 0;
        RgbImage image = Pictures.Noise(4, 4);
        var translated = new TranslatedImage(image, image, there =>
        {
            runs++;
            return there;
        });
        Assert.AreSame(image, translated.Image);
        Assert.AreEqual(0, runs);
        Assert.AreEqual(0, translated.CycleError);
        Assert.AreSame(image, translated.Reconstructed);
        Assert.AreEqual(1, runs);
    }

    [TestMethod]
    public void EitherDirectionIsSavedWithBoth()
    {
        IDataView data = Styles.View(ml, 2, 1, seed: 5);
        using CycleGanTranslationTransformer back = Fitted.Value.Reverse();
        using var loaded = (CycleGanTranslationTransformer)Reload(back, data);
        using CycleGanTranslationTransformer forth = loaded.Reverse();
        Assert.IsTrue(loaded.IsReversed);
        Assert.IsFalse(forth.IsReversed);
        AssertSame(back, loaded, data);
        AssertSame(Fitted.Value, forth, data);
    }

    [TestMethod]
    public void ADirectionOutlivesTheOther()
    {
        var model = (CycleGanTranslationTransformer)Reload(Fitted.Value, Styles.View(ml, 1, 1, seed: 5));
        CycleGanTranslationTransformer back = model.Reverse();
        model.Dispose();
        Assert.HasCount(1, Translate(back, [Pictures.Noise(24, 24)]));
        back.Dispose();
        Assert.ThrowsExactly<ObjectDisposedException>(() => Translate(back, [Pictures.Noise(24, 24)]));
    }

    [TestMethod]
    public void ARowWithoutAnImageHasNoTranslation()
    {
        IDataView result = Fitted.Value.Transform(ml.Data.LoadFromEnumerable([new Photo(), new Photo { Image = Pictures.Noise(9, 9).ToMLImage() }]));
        Styles.Translation[] rows = [.. ml.Data.CreateEnumerable<Styles.Translation>(result, reuseRowObject: false)];
        Assert.IsNull(rows[0].TranslatedImage);
        Assert.IsNull(rows[0].ReconstructedImage);
        Assert.AreEqual(float.NaN, rows[0].CycleError);
        Assert.IsNotNull(rows[1].TranslatedImage);
    }

    [TestMethod]
    public void WeightsOfEachDirectionGoOutAndComeInUnderTheCommonNames()
    {
        using CycleGanTranslationTransformer back = Fitted.Value.Reverse();
        string there = folder.PathOf("G.safetensors"), thereAndBack = folder.PathOf("F.safetensors");
        Fitted.Value.SaveWeights(there);
        back.SaveWeights(thereAndBack);
        using (IWeightsSource file = WeightsFile.Open(there))
            Assert.Contains("model.10.conv_block.1.weight", file.Entries.Select(entry => entry.Name).ToArray());
        IDataView data = Styles.View(ml, 2, 1, seed: 5);

        using CycleGanTranslationTransformer both = ml.Transforms.TranslateImages(there, thereAndBack, Styles.Network).Fit(data);
        AssertSame(Fitted.Value, both, data);
        using CycleGanTranslationTransformer reversed = both.Reverse();
        AssertSame(back, reversed, data);
    }

    [TestMethod]
    public void OneGeneratorAloneTranslatesOneWay()
    {
        string file = folder.PathOf("latest_net_G.pth");
        Fitted.Value.UseNetwork(network =>
        {
            using var copy = new CycleGanGenerator(Styles.Network);
            copy.load_state_dict(network.G.state_dict());
            PyTorchFile.Write(file, copy);
            return true;
        });
        IDataView data = Styles.View(ml, 2, 1, seed: 5);
        var estimator = ml.Transforms.TranslateImages(file, network: Styles.Network, translatedImageColumnName: "Painted");
        using CycleGanTranslationTransformer model = estimator.Fit(data);
        Assert.IsFalse(model.HasBothDirections);
        IDataView painted = model.Transform(data);
        Assert.IsNull(painted.Schema.GetColumnOrNull("ReconstructedImage"));
        Assert.IsNull(painted.Schema.GetColumnOrNull("CycleError"));
        Assert.Contains("one direction only", Assert.ThrowsExactly<InvalidOperationException>(() => model.Reverse()).Message);
        using var loaded = (CycleGanTranslationTransformer)Reload(model, data);
        byte[][] expected = [.. Fitted.Value.Transform(data).GetColumn<MLImage>("TranslatedImage").Select(image => image.Pixels.ToArray())];
        foreach (CycleGanTranslationTransformer each in new[] { model, loaded })
            foreach ((byte[] one, MLImage other) in expected.Zip(each.Transform(data).GetColumn<MLImage>("Painted")))
                CollectionAssert.AreEqual(one, other.Pixels.ToArray());
    }

    [TestMethod]
    public void FaultsAreNamedBeforeAnythingRuns()
    {
        Assert.Contains("network.ResidualBlocks: expected 1 to 32, got 0.", Assert.ThrowsExactly<ArgumentException>(
            () => ml.Transforms.TranslateImages("x.pth", network: new() { ResidualBlocks = 0 }, options: new() { BatchSize = 0 })).Message);
        Assert.Contains("BatchSize: expected at least 1, got 0.", Assert.ThrowsExactly<ArgumentException>(() => Fitted.Value.With(new() { BatchSize = 0 })).Message);
    }

    [TestMethod]
    public void EvaluateComparesWhatItIsAskedTo()
    {
        IDataView data = Fitted.Value.Transform(Styles.View(ml, 3, 0, seed: 5));
        ImageTranslationMetrics cycle = ml.ImageTranslation.Evaluate(data);
        Assert.IsNull(cycle.Target);
        Assert.IsNull(cycle.Untranslated);
        ImageTranslationMetrics target = ml.ImageTranslation.Evaluate(data, reconstructedImageColumnName: null, targetImageColumnName: "Target");
        Assert.IsNull(target.Cycle);
        ImageTranslationMetrics self = ml.ImageTranslation.Evaluate(data, reconstructedImageColumnName: "Image");
        Assert.AreEqual(new ImageSimilarity(100, 1, 0), self.Cycle! with { StructuralSimilarity = Math.Round(self.Cycle!.StructuralSimilarity, 9) });

        Assert.AreEqual(cycle.Cycle!.MeanDifference, data.GetColumn<float>("CycleError").Average(), 1e-6);
        Assert.Contains("got none", Assert.ThrowsExactly<InvalidDataException>(
            () => ml.ImageTranslation.Evaluate(Fitted.Value.Transform(Styles.View(ml, 0, 0, seed: 5)))).Message);
        Styles.Picture[] uneven = [new() { Image = Pictures.Noise(9, 9).ToMLImage(), Target = Pictures.Noise(8, 9).ToMLImage() }];
        Assert.AreEqual("Row 0: Expected images of one size, got 9x9 and 8x9.", Assert.ThrowsExactly<InvalidDataException>(() => ml.ImageTranslation.Evaluate(
            ml.Data.LoadFromEnumerable(uneven), reconstructedImageColumnName: "Target")).Message);
    }

    private sealed record Result(RgbImage Translated, RgbImage Reconstructed, float CycleError);

    // As with ML.NET's own images, those of a row live until the next row is read.
    private Result[] Translate(CycleGanTranslationTransformer model, RgbImage[] images)
    {
        IDataView data = ml.Data.LoadFromEnumerable(images.Select(image => new Photo { Image = image.ToMLImage() }).ToArray());
        return [.. ml.Data.CreateEnumerable<Styles.Translation>(model.Transform(data), reuseRowObject: false)
            .Select(row => new Result(row.TranslatedImage.ToRgbImage(), row.ReconstructedImage.ToRgbImage(), row.CycleError))];
    }

    private ITransformer Reload(ITransformer model, IDataView data)
    {
        using var zip = new MemoryStream();
        ml.Model.Save(model, data.Schema, zip);
        zip.Position = 0;
        return new MLContext().Model.Load(zip, out _);
    }

    private static void AssertSame(CycleGanTranslationTransformer expected, CycleGanTranslationTransformer actual, IDataView data)
    {
        foreach (string column in new[] { "TranslatedImage", "ReconstructedImage" })
            foreach ((MLImage one, MLImage other) in expected.Transform(data).GetColumn<MLImage>(column).Zip(actual.Transform(data).GetColumn<MLImage>(column)))
                CollectionAssert.AreEqual(one.Pixels.ToArray(), other.Pixels.ToArray(), column);
    }
}
