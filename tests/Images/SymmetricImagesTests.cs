using MLNetDeepExtensions.Images;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Tests.Images;

/// <summary>The way of images into networks that draw, and out of them.</summary>
[TestClass]
public sealed class SymmetricImagesTests
{
    private readonly DisposeScope scope = NewDisposeScope();

    [TestCleanup]
    public void Free() => scope.Dispose();

    [TestMethod]
    public void ColoursComeBackAsTheyWere()
    {
        RgbImage[] images = [Pictures.Noise(7, 5, seed: 1), Pictures.Noise(7, 5, seed: 2)];
        Tensor batch = SymmetricImages.Of(images, channels: 3);
        CollectionAssert.AreEqual(new long[] { 2, 3, 5, 7 }, batch.shape);
        Assert.IsTrue(batch.abs().max().item<float>() <= 1);
        CollectionAssert.AreEqual(images.SelectMany(image => image.Pixels.ToArray()).ToArray(), SymmetricImages.ToImages(batch).SelectMany(image => image.Pixels.ToArray()).ToArray());
    }

    [TestMethod]
    public void EveryGreyLevelComesBackAsItWas()
    {
        RgbImage grey = Pictures.Of(256, 1, (x, _) => ((byte)x, (byte)x, (byte)x));
        Tensor batch = SymmetricImages.Of([grey], channels: 1);
        CollectionAssert.AreEqual(new long[] { 1, 1, 1, 256 }, batch.shape);
        Assert.AreEqual(-1, batch[0, 0, 0, 0].item<float>());
        Assert.AreEqual(1, batch[0, 0, 0, 255].item<float>(), 1e-6f);
        CollectionAssert.AreEqual(grey.Pixels.ToArray(), SymmetricImages.ToImages(batch)[0].Pixels.ToArray());
    }

    [TestMethod]
    public void AGreyNetworkSeesTheLumaOfColours()
    {
        Tensor batch = SymmetricImages.Of([Pictures.Of(3, 1, (x, _) => (x == 0 ? (byte)255 : (byte)0, x == 1 ? (byte)255 : (byte)0, x == 2 ? (byte)255 : (byte)0))], channels: 1);
        TensorGolden.AreClose([76 / 127.5f - 1, 150 / 127.5f - 1, 29 / 127.5f - 1], batch.Values(), 1e-6);
    }

    [TestMethod]
    public void ImagesOfDifferentSizesAreNoBatch() => Assert.Contains(
        "Image 1: expected 4x4 pixels as image 0, got 4x5.",
        Assert.ThrowsExactly<ArgumentException>(() => SymmetricImages.Of([Pictures.Noise(4, 4), Pictures.Noise(4, 5)], 3)).Message);

    [TestMethod]
    public void TheMiddleOfAnImageIsShownWithoutDistortion()
    {
        // A dark square of 4 in the middle of a wide picture whose ends are bright.
        RgbImage wide = Pictures.Of(12, 4, (x, _) => x is >= 4 and < 8 ? ((byte)10, (byte)10, (byte)10) : ((byte)250, (byte)250, (byte)250));
        RgbImage middle = CentreCrop.To(wide, 4, 4), enlarged = CentreCrop.To(wide, 8, 8);
        Assert.IsTrue(middle.Pixels.ToArray().All(level => level == 10));
        Assert.IsTrue(enlarged.Pixels.ToArray().All(level => level == 10));
        Assert.AreSame(wide, CentreCrop.To(wide, 12, 4));
    }

    [TestMethod]
    public void AGridHasItsImagesRowByRow()
    {
        RgbImage grid = ImageGrid.Of([RgbImage.Filled(2, 2, 1, 2, 3), RgbImage.Filled(2, 2, 4, 5, 6), RgbImage.Filled(2, 2, 7, 8, 9)], columns: 2);
        Assert.AreEqual((10, 10), (grid.Width, grid.Height));
        Assert.AreEqual(((byte)1, (byte)2, (byte)3), grid[2, 2]);
        Assert.AreEqual(((byte)4, (byte)5, (byte)6), grid[6, 3]);
        Assert.AreEqual(((byte)7, (byte)8, (byte)9), grid[3, 6]);
        Assert.AreEqual(((byte)255, (byte)255, (byte)255), grid[7, 7]);
        Assert.Throws<ArgumentOutOfRangeException>(() => ImageGrid.Of([], 2));
    }
}
