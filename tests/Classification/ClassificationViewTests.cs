using MLNetDeepExtensions.Classification;
using MLNetDeepExtensions.Images;
using MLNetDeepExtensions.Tests.Images;

namespace MLNetDeepExtensions.Tests.Classification;

/// <summary>What a classifier sees of an image, in prediction and in training.</summary>
[TestClass]
public sealed class ClassificationViewTests
{
    [TestMethod]
    public void ThePapersTestViewIsTheMiddle224Of256()
    {
        ImageWindow window = new ClassificationOptions().WindowOf(512, 256);
        Assert.AreEqual(new ImageWindow(144, 16, 224, 224), window);
        Assert.AreEqual(new ImageWindow(0, 0, 512, 256), new ClassificationOptions { View = ClassificationView.Warp }.WindowOf(512, 256));
        Assert.AreEqual(new ImageWindow(0, 0, 32, 32), new ClassificationOptions { CropFraction = 1 }.WindowOf(32, 32));
    }

    [TestMethod]
    public void SmallImagesArePaddedShiftedAndMirrored()
    {
        RgbImage image = Pictures.Noise(32, 32, seed: 1);
        var seen = new ClassificationOptions { CropFraction = 1 };
        ImageView[] views = [.. Enumerable.Range(0, 2000).Select(row => ClassificationAugmentation.SmallImages.Draw(image, 32, seen, new SampleRandom(1, 0, row)))];

        foreach (Func<ImageWindow, double> edge in (Func<ImageWindow, double>[])[window => window.X, window => window.Y])
            CollectionAssert.AreEqual(Enumerable.Range(-4, 9).Select(shift => (double)shift).ToArray(), views.Select(view => edge(view.Window)).Distinct().Order().ToArray());
        Assert.IsTrue(views.All(view => view.Window is { Width: 32, Height: 32 }));
        Assert.AreEqual(0.5, views.Average(view => view.Window.MirrorX ? 1 : 0), 0.05);
        ImageView corner = views.First(view => view.Window is { X: -4, Y: -4, MirrorX: false });
        var planes = new PixelPlanes(32, 32);
        corner.Render(image, planes);
        Assert.AreEqual(0f, planes.Row(0, 3)[31]);
        Assert.AreEqual(image[0, 0].Green / 255f, planes.Row(1, 4)[4], 1e-6f);
    }

    [TestMethod]
    public void EachOfTheEightOrientationsIsAsLikely()
    {
        RgbImage image = Pictures.Noise(8, 8, seed: 1);
        var seen = new ClassificationOptions { CropFraction = 1 };
        ClassificationAugmentation turned = ClassificationAugmentation.None with { AllOrientations = true };
        int[] found = new int[8];
        for (int row = 0; row < 2000; row++)
        {
            var planes = new PixelPlanes(8, 8);
            turned.Draw(image, 8, seen, new SampleRandom(1, 0, row)).Render(image, planes);
            RgbImage view = planes.ToImage();
            found[Enumerable.Range(0, 8).Single(orientation => view.Pixels.SequenceEqual(Oriented(image, orientation).Pixels))]++;
        }

        foreach (int count in found)
            Assert.AreEqual(0.125, count / 2000.0, 0.03);
    }

    /// <summary>Bit 0: left and right exchanged; bit 1: top and bottom; bit 2: then rows and columns.</summary>
    private static RgbImage Oriented(RgbImage image, int orientation) => Pictures.Of(image.Width, image.Height, (x, y) =>
    {
        (int column, int row) = (orientation & 4) == 0 ? (x, y) : (y, x);
        return image[(orientation & 1) == 0 ? column : image.Width - 1 - column, (orientation & 2) == 0 ? row : image.Height - 1 - row];
    });

    [TestMethod]
    public void WithoutPaddingAndMirroringTrainingSeesWhatPredictionSees()
    {
        RgbImage image = Pictures.Noise(20, 30, seed: 1);
        var seen = new ClassificationOptions();
        Assert.AreEqual(seen.WindowOf(20, 30), ClassificationAugmentation.None.Draw(image, 16, seen, new SampleRandom(1, 0, 0)).Window);
    }

    [TestMethod]
    public void RandomCropsStayInsideAndKeepTheirRange()
    {
        RgbImage image = Pictures.Noise(200, 100, seed: 1);
        for (int row = 0; row < 500; row++)
        {
            ImageWindow window = new ClassificationAugmentation().Draw(image, 64, new(), new SampleRandom(1, 0, row)).Window;
            Assert.IsTrue(window.X >= 0 && window.Y >= 0 && window.X + window.Width <= 200 && window.Y + window.Height <= 100);
            Assert.IsTrue(window.Width * window.Height >= 0.07 * 200 * 100);
        }
    }
}
