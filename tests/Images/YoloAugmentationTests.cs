using MLNetDeepExtensions.Detection;
using MLNetDeepExtensions.Images;

namespace MLNetDeepExtensions.Tests.Images;

[TestClass]
public sealed class YoloAugmentationTests
{
    private static readonly Box redBox = new(20, 30, 90, 80), greenBox = new(60, 85, 140, 118);

    private static readonly DetectionSample sample = new(
        Pictures.Of(150, 120, (x, y) => (Pictures.Inside(redBox, x, y), Pictures.Inside(greenBox, x, y), (byte)0)), [new(redBox, 7), new(greenBox, 3, Difficult: true)]);

    private static readonly YoloAugmentationOptions colourless = YoloAugmentationOptions.None with { Window = new RandomJitter(), Outside = RgbColour.Black };

    [TestMethod]
    public void BoxesFollowTheirPixels()
    {
        foreach (DetectionView view in Draws(colourless with { MinBoxSide = 0.05 }))
        {
            PixelPlanes planes = view.Render();
            foreach (LabelledBox item in view.Objects)
            {
                Box seen = Pictures.Extent(planes, item.Class == 7 ? 0 : 1);
                Assert.IsLessThan(1.5f, Pictures.Difference([seen.X0, seen.Y0, seen.X1, seen.Y1], [item.Box.X0, item.Box.Y0, item.Box.X1, item.Box.Y1]), $"{item} seen at {seen}");
            }
        }
    }

    [TestMethod]
    public void EdgesMoveByUpToAFifthEitherWay()
    {
        ImageWindow[] windows = [.. Draws(new()).Select(view => view.View.Window)];

        Assert.IsTrue(windows.All(w => Math.Abs(w.X) <= 30 && Math.Abs(w.Y) <= 24 && Math.Abs(w.X + w.Width - 150) <= 30 && Math.Abs(w.Y + w.Height - 120) <= 24));
        Assert.IsLessThan(-20, windows.Min(w => w.X));
        Assert.IsGreaterThan(20, windows.Max(w => w.X));
        Assert.AreEqual(0.5, windows.Count(w => w.MirrorX) / (double)windows.Length, 0.1);
    }

    [TestMethod]
    public void ExposureAndSaturationLieBetweenTheLargestFactorAndItsInverse()
    {
        ColourDistortion[] colours = [.. Draws(new()).Select(view => view.View.Colours)];

        foreach (float[] factors in (float[][])[[.. colours.Select(c => c.Contrast)], [.. colours.Select(c => c.Saturation)]])
        {
            Assert.IsTrue(factors.All(factor => factor is >= 1 / 1.501f and <= 1.501f));
            Assert.AreEqual(0.5, factors.Count(factor => factor > 1) / (double)factors.Length, 0.1);
            Assert.IsGreaterThan(1.4f, factors.Max());
            Assert.IsLessThan(1 / 1.4f, factors.Min());
        }
        Assert.IsTrue(colours.All(c => c is { Hue: 0, Brightness: 0 }));
    }

    [TestMethod]
    public void ShownPartsAreLearntAndWhatIsTooSmallIsNot()
    {
        DetectionView[] all = [.. Draws(colourless with { MinBoxSide = 0 })], large = [.. Draws(colourless with { MinBoxSide = 0.3 })];

        Assert.IsTrue(all.SelectMany(view => view.Objects).All(o => o.Box.IsProper && o.Box == o.Box.Clip(100, 110)));
        Assert.IsTrue(large.SelectMany(view => view.Objects).All(o => o.Box.Width >= 30 && o.Box.Height >= 33));
        Assert.IsGreaterThan(large.Sum(view => view.Objects.Count), all.Sum(view => view.Objects.Count));
        Assert.IsTrue(all.SelectMany(view => view.Objects).All(o => o.Difficult == (o.Class == 3)));
    }

    [TestMethod]
    public void TheOrderOfObjectsChangesFromViewToView() =>
        Assert.AreEqual(0.5, Draws(YoloAugmentationOptions.None).Average(view => view.Objects[0].Class == 7 ? 1 : 0), 0.1);

    [TestMethod]
    public void NoAugmentationShowsTheWholeImage()
    {
        DetectionView view = new YoloAugmentation(YoloAugmentationOptions.None).Draw(sample, 100, 110, new SampleRandom(1, 0, 0)), whole = sample.Whole(100, 110);

        Assert.AreEqual(whole.View.Window, view.View.Window);
        Assert.AreEqual(ColourDistortion.None, view.View.Colours);
        CollectionAssert.AreEquivalent(whole.Objects.ToArray(), view.Objects.ToArray());
    }

    [TestMethod]
    public void AllFaultsAreToldAtOnce()
    {
        var wrong = new YoloAugmentationOptions
        {
            Window = new RandomJitter { Jitter = 0.5 }, MaxExposure = 0.9, MaxSaturation = double.NaN, MaxHue = 0.6, MinBoxSide = -1, Resampling = (Resampling)9,
        };

        string message = Assert.ThrowsExactly<ArgumentException>(() => new YoloAugmentation(wrong)).Message;

        foreach (string name in (string[])["Window.Jitter", "MaxExposure", "MaxSaturation", "MaxHue", "MinBoxSide", "Resampling"])
            Assert.Contains($"\n  {name}: ", message);
    }

    private static IEnumerable<DetectionView> Draws(YoloAugmentationOptions options) =>
        Enumerable.Range(0, 400).Select(row => new YoloAugmentation(options).Draw(sample, 100, 110, new SampleRandom(1, 0, row)));
}
