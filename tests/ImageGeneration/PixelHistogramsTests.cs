using MLNetDeepExtensions.ImageGeneration.Metrics;
using MLNetDeepExtensions.Images;

namespace MLNetDeepExtensions.Tests.ImageGeneration;

[TestClass]
public sealed class PixelHistogramsTests
{
    [TestMethod]
    public void HistogramsThatKnowNothingNeedEightBits() =>
        Assert.AreEqual(8, new PixelHistograms(4, 3, 3).BitsPerDimension(Formula.Picture(4, 3)), 1e-9);

    [TestMethod]
    public void BitsAreTheEntropyOfEachPlace()
    {
        // Two values at each place, equally often: one bit, but for the smoothing.
        var histograms = new PixelHistograms(2, 1, 1);
        RgbImage[] images = [RgbImage.Filled(2, 1, 10, 0, 0), RgbImage.Filled(2, 1, 200, 0, 0)];
        for (int i = 0; i < 5000; i++)
            histograms.Add(images[i % 2]);
        Assert.AreEqual(1, histograms.BitsPerDimension(images[0]), 0.01);
        Assert.IsGreaterThan(12, histograms.BitsPerDimension(RgbImage.Filled(2, 1, 50, 0, 0)));
        Assert.ThrowsExactly<ArgumentException>(() => histograms.Add(RgbImage.Filled(1, 2, 0, 0, 0)));
    }
}
