using MLNetDeepExtensions.Detection;
using MLNetDeepExtensions.Images;

namespace MLNetDeepExtensions.Tests.Images;

[TestClass]
public sealed class ImageWindowTests
{
    [TestMethod]
    public void UnmapUndoesMap()
    {
        var box = new Box(10, 20, 33, 47);
        foreach (bool mirrorX in new[] { false, true })
            foreach (bool mirrorY in new[] { false, true })
            {
                var window = new ImageWindow(-7.5, 3, 120, 61, mirrorX, mirrorY);
                var back = window.Unmap(window.Map(box, 300, 200), 300, 200);
                Assert.IsLessThan(1e-4f, Pictures.Difference([box.X0, box.Y0, box.X1, box.Y1], [back.X0, back.Y0, back.X1, back.Y1]));
            }
    }

    [TestMethod]
    public void ABoxMovesScalesAndMirrorsWithTheWindow()
    {
        var window = new ImageWindow(10, 20, 100, 50);
        Assert.AreEqual(new Box(20, 20, 60, 60), window.Map(new Box(20, 30, 40, 50), 200, 100));
        Assert.AreEqual(new Box(140, 20, 180, 60), (window with { MirrorX = true }).Map(new Box(20, 30, 40, 50), 200, 100));
        Assert.AreEqual(new Box(20, 40, 60, 80), (window with { MirrorY = true }).Map(new Box(20, 30, 40, 50), 200, 100));
    }

    [TestMethod]
    public void TheCentreKeepsTheShapeAndTheMiddle()
    {
        Assert.AreEqual(new ImageWindow(100, 0, 300, 300), ImageWindow.Centre(500, 300));
        Assert.AreEqual(new ImageWindow(0, 100, 300, 300), ImageWindow.Centre(300, 500));
        Assert.AreEqual(new ImageWindow(175, 75, 150, 150), ImageWindow.Centre(500, 300, fraction: 0.5));
        Assert.AreEqual(new ImageWindow(0, 25, 500, 250), ImageWindow.Centre(500, 300, widthPerHeight: 2));
    }

    [TestMethod]
    public void TheVisiblePartIsWhatIsNotTheOutsideColour()
    {
        var image = RgbImage.Filled(20, 30, 255, 255, 255);
        foreach (var window in new ImageWindow[] { new(-7, -11, 40, 60), new(-7, -11, 40, 60, true, true), new(5, 5, 10, 10), new(3, 20, 40, 40), new(50, 50, 5, 5) })
        {
            var part = window.VisiblePart(20, 30, 80, 120);
            var view = image.Resample(window, 80, 120, Resampling.Nearest);
            for (int y = 0; y < 120; y++)
                for (int x = 0; x < 80; x++)
                    Assert.AreEqual(x >= part.X0 && x < part.X1 && y >= part.Y0 && y < part.Y1, view[x, y].Red > 0.5, $"{window} {x} {y}");
        }
    }

    [TestMethod]
    public void ResizedCropsAreInsideAndOfTheirAreaAndShape()
    {
        var crop = new RandomResizedCrop();
        foreach (var (width, height) in new[] { (500, 375), (40, 300), (1, 1) })
            foreach (var window in Draws(random => crop.Draw(width, height, random)))
            {
                AssertInside(window, width, height);
                double part = window.Width * window.Height / ((double)width * height), ratio = window.Width / window.Height;
                Assert.IsTrue(part <= 1.0001 && (part >= 0.07 || width == 40), $"{part}");
                Assert.IsTrue(ratio is > 0.73 and < 1.36, $"{ratio}");
            }
        Assert.AreEqual(0.5, Draws(random => crop.Draw(50, 50, random)).Average(w => w.MirrorX ? 1 : 0), 0.1);
    }

    [TestMethod]
    public void JitterMovesEachEdgeByAFifthAtMost()
    {
        var windows = Draws(random => new RandomJitter().Draw(100, 200, random));
        Assert.IsTrue(windows.All(w => Math.Abs(w.X) <= 20 && Math.Abs(w.Y) <= 40 && Math.Abs(w.X + w.Width - 100) <= 20 && Math.Abs(w.Y + w.Height - 200) <= 40));
        Assert.IsTrue(windows.Any(w => w.X < -15) && windows.Any(w => w.X > 15) && windows.Any(w => w.Y + w.Height > 230));
    }

    [TestMethod]
    public void PartsHaveTheirSizeAndReachBothEdges()
    {
        var windows = Draws(random => new RandomPart().Draw(286, 143, random));
        foreach (var window in windows)
        {
            AssertInside(window, 286, 143);
            Assert.AreEqual(256, window.Width, 1e-9);
            Assert.AreEqual(128, window.Height, 1e-9);
        }
        Assert.IsTrue(windows.Any(w => w.X < 2) && windows.Any(w => w.X > 28));
    }

    private static void AssertInside(ImageWindow w, int width, int height) =>
        Assert.IsTrue(w.X >= 0 && w.Y >= 0 && w.X + w.Width <= width + 1e-9 && w.Y + w.Height <= height + 1e-9, w.ToString());

    private static List<ImageWindow> Draws(Func<SampleRandom, ImageWindow> draw) => [.. Enumerable.Range(0, 400).Select(row => draw(new SampleRandom(1, 0, row)))];
}
