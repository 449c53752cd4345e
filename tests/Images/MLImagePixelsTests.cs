using Microsoft.ML.Data;
using MLNetDeepExtensions.Images;

namespace MLNetDeepExtensions.Tests.Images;

[TestClass]
public sealed class MLImagePixelsTests
{
    [TestMethod]
    public void ThereAndBackChangesNothing()
    {
        var image = Pictures.Noise(13, 7);
        using var other = image.ToMLImage();
        Assert.AreEqual((13, 7), (other.Width, other.Height));
        CollectionAssert.AreEqual(image.Pixels.ToArray(), other.ToRgbImage().Pixels.ToArray());
    }

    [TestMethod]
    public void EqualsTheImagesOwnPixels()
    {
        using var image = MLImage.CreateFromFile(GoldenImages.PathOf("formats/rgb.jpg"));
        byte[] bgr = image.GetBGRPixels;
        var rgb = image.ToRgbImage();
        for (int i = 0; i < 20 * 14; i++)
            Assert.AreEqual((bgr[3 * i + 2], bgr[3 * i + 1], bgr[3 * i]), rgb[i % 20, i / 20]);
    }

    [TestMethod]
    public void BothOrdersOfBytesAreRead()
    {
        byte[] bytes = [1, 2, 3, 255, 4, 5, 6, 255];
        using var bgra = MLImage.CreateFromPixels(2, 1, MLPixelFormat.Bgra32, bytes);
        using var rgba = MLImage.CreateFromPixels(2, 1, MLPixelFormat.Rgba32, bytes);
        Assert.AreEqual(((byte)3, (byte)2, (byte)1), bgra.ToRgbImage()[0, 0]);
        Assert.AreEqual(((byte)4, (byte)5, (byte)6), rgba.ToRgbImage()[1, 0]);
    }

    [TestMethod]
    public void PremultipliedPixelsLieOverTheBackground()
    {
        // Colour 200, 100, 50 at alpha 128 stands premultiplied as 100, 50, 25.
        byte[] bytes = [100, 50, 25, 128, 0, 0, 0, 0, 255, 255, 255, 10];
        using var rgba = MLImage.CreateFromPixels(3, 1, MLPixelFormat.Rgba32, bytes);
        RgbImage white = rgba.ToRgbImage(), black = rgba.ToRgbImage(RgbColour.Black);
        Assert.AreEqual(((byte)227, (byte)177, (byte)152), white[0, 0]);
        Assert.AreEqual(((byte)255, (byte)255, (byte)255), white[1, 0]);
        Assert.AreEqual(((byte)100, (byte)50, (byte)25), black[0, 0]);
        Assert.AreEqual(((byte)255, (byte)255, (byte)255), white[2, 0], "more colour than alpha is limited");
    }
}
