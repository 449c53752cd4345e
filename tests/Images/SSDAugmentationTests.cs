using MLNetDeepExtensions.Detection;
using MLNetDeepExtensions.Images;

namespace MLNetDeepExtensions.Tests.Images;

[TestClass]
public sealed class SSDAugmentationTests
{
    private static readonly Box redBox = new(20, 30, 90, 80), greenBox = new(60, 10, 120, 100), blueBox = new(5, 90, 60, 118);

    // One object per channel, so that each can be found again whatever covers what.
    private static readonly DetectionSample sample = new(
        Pictures.Of(150, 120, (x, y) => (Pictures.Inside(redBox, x, y), Pictures.Inside(greenBox, x, y), Pictures.Inside(blueBox, x, y))),
        [new(redBox, 7), new(greenBox, 3, Difficult: true), new(blueBox, 5)]);

    private static readonly SSDAugmentationOptions colourless = new() { Colours = PhotometricDistortion.None, Canvas = RgbColour.Black, VerticalMirrorProbability = 0.5 };

    [TestMethod]
    public void BoxesFollowTheirPixels()
    {
        int found = 0;
        foreach (var view in Draws(colourless with { MinBoxSize = 4 }, 300))
        {
            var planes = view.Render();
            foreach (var item in view.Objects)
            {
                var seen = Pictures.Extent(planes, item.Class switch { 7 => 0, 3 => 1, _ => 2 });
                Assert.IsLessThan(1.01f, Pictures.Difference([seen.X0, seen.Y0, seen.X1, seen.Y1], [item.Box.X0, item.Box.Y0, item.Box.X1, item.Box.Y1]), $"{item} seen at {seen} by {view.View.Window}");
                found++;
            }
        }
        Assert.IsGreaterThan(400, found);
    }

    [TestMethod]
    public void ShownObjectsKeepTheirLabelsAndOrderAndStayInside()
    {
        foreach (var view in Draws(new(), 500))
        {
            Assert.IsTrue(view.Objects.All(o => o.Box.IsProper && o.Box == o.Box.Clip(100, 110) && o.Box.Width >= 1 && o.Box.Height >= 1));
            Assert.IsTrue(view.Objects.All(o => o.Difficult == (o.Class == 3)));
            CollectionAssert.IsSubsetOf(view.Objects.Select(o => o.Class).ToArray(), new[] { 7, 3, 5 });
            CollectionAssert.AllItemsAreUnique(view.Objects.Select(o => o.Class).ToArray());
        }
    }

    [TestMethod]
    public void AnObjectIsShownIfAndOnlyIfItsCentreIs()
    {
        foreach (var view in Draws(new() { MinBoxSize = 0 }, 500))
        {
            var w = view.View.Window;
            foreach (var item in sample.Objects)
            {
                float x = (item.Box.X0 + item.Box.X1) / 2, y = (item.Box.Y0 + item.Box.Y1) / 2;
                bool shown = x > w.X && x < w.X + w.Width && y > w.Y && y < w.Y + w.Height;
                Assert.AreEqual(shown, view.Objects.Any(o => o.Class == item.Class));
            }
        }
    }

    [TestMethod]
    public void SomeObjectIsAlwaysShown() => Assert.IsTrue(Draws(new() { MinBoxSize = 0 }, 500).All(view => view.Objects.Count > 0));

    [TestMethod]
    public void CropsMeetTheirOverlapShapeAndScale()
    {
        var options = new SSDAugmentationOptions { ZoomOutProbability = 0, CropOverlaps = [0.5] };
        var windows = Draws(options, 400).Select(view => view.View.Window).ToList();
        var crops = windows.Where(w => (w.Width, w.Height) != (150, 120)).ToList();
        Assert.AreEqual(0.5, crops.Count / 400.0, 0.1);
        foreach (var w in crops)
        {
            var patch = new Box((float)w.X, (float)w.Y, (float)(w.X + w.Width), (float)(w.Y + w.Height));
            Assert.IsGreaterThanOrEqualTo(0.5f, sample.Objects.Max(o => o.Box.IntersectionOverUnion(patch)));
            Assert.AreEqual(patch, patch.Clip(150, 120));
            Assert.IsTrue(w.Width / 150 / (w.Height / 120) is > 0.47 and < 2.13, $"{w}");
            Assert.IsGreaterThan(0.29 * 0.29, w.Width * w.Height / (150 * 120));
        }
    }

    [TestMethod]
    public void AnOverlapThatCannotBeMetLeavesTheWhole()
    {
        var tiny = sample with { Objects = [new(new Box(0, 0, 3, 3), 1)] };
        var augmentation = new SSDAugmentation(new() { ZoomOutProbability = 0, MirrorProbability = 0, CropOverlaps = [0.9] });
        for (int row = 0; row < 50; row++)
            Assert.AreEqual(new ImageWindow(0, 0, 150, 120), augmentation.Draw(tiny, 100, 110, new SampleRandom(1, 0, row)).View.Window);
    }

    [TestMethod]
    public void ZoomingOutContainsTheImageAndIsUniformInItsSide()
    {
        var options = new SSDAugmentationOptions { CropOverlaps = [], ZoomOutProbability = 0.5 };
        var windows = Draws(options, 2000).Select(view => view.View.Window).ToList();
        Assert.IsTrue(windows.All(w => w.X <= 0 && w.Y <= 0 && w.X + w.Width >= 150 && w.Y + w.Height >= 120));
        var ratios = windows.Where(w => w.Width > 150).Select(w => w.Width / 150).ToList();
        Assert.AreEqual(1000, ratios.Count, 100);
        Assert.AreEqual(2.5, ratios.Average(), 0.1);
        Assert.IsGreaterThan(3.9, ratios.Max());
    }

    [TestMethod]
    public void NoAugmentationIsResizing()
    {
        foreach (var view in Draws(SSDAugmentationOptions.None, 20))
        {
            var whole = sample.Whole(100, 110);
            CollectionAssert.AreEqual(whole.Objects.ToArray(), view.Objects.ToArray());
            CollectionAssert.AreEqual(whole.Render().Values.ToArray(), view.Render().Values.ToArray());
        }
    }

    [TestMethod]
    public void TheSameSeedEpochAndRowGiveTheSameView()
    {
        var augmentation = new SSDAugmentation(new());
        DetectionView a = augmentation.Draw(sample, 60, 60, new SampleRandom(1, 2, 3)), b = augmentation.Draw(sample, 60, 60, new SampleRandom(1, 2, 3));
        Assert.AreEqual(a.View, b.View);
        CollectionAssert.AreEqual(a.Objects.ToArray(), b.Objects.ToArray());
        CollectionAssert.AreEqual(a.Render().Values.ToArray(), b.Render().Values.ToArray());
        Assert.AreNotEqual(a.View, augmentation.Draw(sample, 60, 60, new SampleRandom(1, 3, 3)).View);
    }

    [TestMethod]
    public void ImagesWithoutObjectsAndOfOnePixelAreFine()
    {
        var augmentation = new SSDAugmentation(new() { Colours = new() { ChannelPermutationProbability = 1 } });
        foreach (var image in new[] { sample.Image, RgbImage.Filled(1, 1, 9, 9, 9), RgbImage.Filled(1, 500, 9, 9, 9) })
            for (int row = 0; row < 50; row++)
            {
                var view = augmentation.Draw(new(image, []), 30, 20, new SampleRandom(1, 0, row));
                Assert.IsEmpty(view.Objects);
                Assert.IsTrue(view.Render().Values.ToArray().All(v => v is >= 0 and <= 1.00001f));
            }
    }

    [TestMethod]
    public void OneMessageListsAllFaults()
    {
        var error = Assert.ThrowsExactly<ArgumentException>(() => new SSDAugmentation(new()
        {
            ZoomOutProbability = 2, MaxZoomOut = double.NaN, CropTrials = 0, MinCropScale = 0.9, MaxCropScale = 0.5, Colours = new() { Hue = 1 },
        }));
        Assert.AreEqual("""
            SSDAugmentationOptions is not valid:
              ZoomOutProbability: expected 0 to 1, got 2
              MaxZoomOut: expected 1 to 100, got NaN
              CropTrials: expected 1 or more, got 0
              MinCropScale, MaxCropScale: expected 0 < min <= max <= 1, got 0.9, 0.5
              Colours.Hue: expected 0 to 0.5 turns, got 1
            """, error.Message);
    }

    private static IEnumerable<DetectionView> Draws(SSDAugmentationOptions options, int count)
    {
        var augmentation = new SSDAugmentation(options);
        return Enumerable.Range(0, count).Select(row => augmentation.Draw(sample, 100, 110, new SampleRandom(4, 0, row)));
    }
}
