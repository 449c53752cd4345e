using MLNetDeepExtensions.Detection;
using MLNetDeepExtensions.Images;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Tests.Images;

[TestClass]
public sealed class PaddedImagesTests
{
    [TestMethod]
    public void ImagesLieInTheUpperLeftCornerOfTheBatch()
    {
        using DisposeScope scope = NewDisposeScope();
        RgbImage wide = Formula.Picture(40, 20), high = Formula.Picture(10, 33);
        using PaddedImages batch = PaddedImages.Of([Whole(wide), Whole(high)], new RgbColour(0.1f, 0.2f, 0.3f));
        CollectionAssert.AreEqual(new long[] { 2, 3, 64, 64 }, batch.Pixels_N3HW.shape);
        CollectionAssert.AreEqual(new[] { (40, 20), (10, 33) }, batch.Sizes.ToArray());
        foreach (var (n, image) in new[] { wide, high }.Index())
            for (int channel = 0; channel < 3; channel++)
            {
                var plane_HW = batch.Pixels_N3HW[n, channel];
                float[] expected = [.. image.Plane(channel).ToArray().Select(value => value / 255f)];
                TensorGolden.AreClose(expected, plane_HW[..image.Height, ..image.Width].Values(), 1e-6);
                float fill = new[] { 0.1f, 0.2f, 0.3f }[channel];
                Assert.IsTrue(plane_HW[image.Height..].eq(fill).all().item<bool>());
                Assert.IsTrue(plane_HW[.., image.Width..].eq(fill).all().item<bool>());
            }
    }

    [TestMethod]
    [DataRow(640, 480, 1066, 800)]
    [DataRow(500, 375, 1066, 799)]
    [DataRow(640, 427, 1199, 799)]
    [DataRow(1000, 300, 1333, 399)]
    [DataRow(600, 600, 800, 800)]
    public void InputSizesAreTorchvisions(int width, int height, int expectedWidth, int expectedHeight)
    {
        Assert.AreEqual((expectedWidth, expectedHeight), FasterRcnnNetworkOptions.TorchvisionCoco.InputSize(width, height));
        Assert.AreEqual((expectedHeight, expectedWidth), FasterRcnnNetworkOptions.TorchvisionCoco.InputSize(height, width));
    }

    private static DetectionView Whole(RgbImage image) => new DetectionSample(image, []).Whole(image.Width, image.Height);
}
