using MLNetDeepExtensions.ImageTranslation;
using MLNetDeepExtensions.Images;
using MLNetDeepExtensions.Tests.Images;

namespace MLNetDeepExtensions.Tests.ImageTranslation;

[TestClass]
public sealed class TranslationAugmentationTests
{
    [TestMethod]
    public void ImagesAreWarpedToASquareOfWhichAPartIsSeen()
    {
        RgbImage image = Pictures.Noise(143, 572);
        var augmentation = new TranslationAugmentation();
        var corners = new HashSet<(double, double)>();
        int mirrored = 0;
        for (int row = 0; row < 200; row++)
        {
            ImageWindow window = augmentation.Draw(image, new SampleRandom(1, 0, row)).Window;
            Assert.AreEqual(128, window.Width, 1e-9);
            Assert.AreEqual(512, window.Height, 1e-9);
            Assert.IsTrue(window.X >= 0 && window.X + window.Width <= 143 + 1e-9 && window.Y >= 0 && window.Y + window.Height <= 572 + 1e-9, $"{window}");
            corners.Add((window.X, window.Y));
            mirrored += window.MirrorX ? 1 : 0;
        }
        Assert.IsGreaterThan(150, corners.Count);
        Assert.AreEqual(100, mirrored, 30);
    }

    [TestMethod]
    public void WithoutASizeToLoadPixelsStayAsTheyAre()
    {
        RgbImage image = Pictures.Noise(40, 30);
        var augmentation = new TranslationAugmentation { LoadSize = null, CropSize = 24, MirrorProbability = 0 };
        ImageView view = augmentation.Draw(image, new SampleRandom(1, 0, 3));
        var planes = new PixelPlanes(24, 24);
        view.Render(image, planes);
        RgbImage seen = planes.ToImage();
        for (int y = 0; y < 24; y++)
            Assert.AreEqual(image[(int)view.Window.X + 5, (int)view.Window.Y + y], seen[5, y]);
    }

    [TestMethod]
    [DataRow(23, 40)]
    [DataRow(40, 23)]
    public void AnImageSmallerThanThePartIsRefused(int width, int height)
    {
        var augmentation = new TranslationAugmentation { LoadSize = null, CropSize = 24 };
        RgbImage image = Pictures.Noise(width, height);
        string message = Assert.ThrowsExactly<InvalidDataException>(() => augmentation.EnsureFits(image)).Message;
        Assert.AreEqual($"Expected an image of at least 24x24 pixels, the size that is cut out, got {width}x{height}.", message);
        Assert.AreSame(image, new TranslationAugmentation().EnsureFits(image));
    }
}
