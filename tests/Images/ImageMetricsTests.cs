using MLNetDeepExtensions.Images;
using MLNetDeepExtensions.Images.Metrics;

namespace MLNetDeepExtensions.Tests.Images;

[TestClass]
public sealed class ImageMetricsTests
{
    private static readonly float[] A = [-1, -.5f, 0, .5f], B = [-.9f, -.5f, .2f, .4f];

    [TestMethod]
    public void WorkedExamples()
    {
        Assert.AreEqual(24.2597, PeakSignalToNoise.Of(A, B, range: 2), 1e-4);
        Assert.AreEqual(18.2391, PeakSignalToNoise.Of(A, B, range: 1), 1e-4);
        Assert.AreEqual(24.2597, PeakSignalToNoise.Of(Half(A), Half(B), range: 1), 1e-4);
        Assert.AreEqual(0.976819, StructuralSimilarity.OfOneWindow(Half(A), Half(B), range: 1), 1e-6);
        Assert.AreEqual(0.983609, StructuralSimilarity.OfOneWindow([.5f, .5f], [.6f, .6f], range: 1), 1e-6);
    }

    /// <summary>See golden/cyclegan/make_golden.py.</summary>
    [TestMethod]
    public void PicturesGiveTheNumbersOfAPyTorchTranscription()
    {
        RgbImage a = Formula.Picture(26, 17);
        RgbImage b = Pictures.Of(26, 17, (x, y) => Mean(a[x, y], a[25 - x, y]));
        var golden = TensorGolden.Read("cyclegan/networks.json").GetProperty("similarity");
        Assert.AreEqual(golden.GetProperty("psnr").GetDouble(), PeakSignalToNoise.Of(a, b), 1e-9);
        Assert.AreEqual(golden.GetProperty("ssim").GetDouble(), StructuralSimilarity.Of(a, b), 1e-9);
    }

    [TestMethod]
    [DataRow(1, 1)]
    [DataRow(5, 40)]
    [DataRow(30, 12)]
    public void AnImageIsItself(int width, int height)
    {
        RgbImage image = Pictures.Noise(width, height);
        Assert.AreEqual(double.PositiveInfinity, PeakSignalToNoise.Of(image, image));
        Assert.AreEqual(1, StructuralSimilarity.Of(image, image), 1e-12);
        RgbImage other = Pictures.Noise(width, height, seed: 2);
        Assert.IsLessThan(0.9, StructuralSimilarity.Of(image, other));
        Assert.AreEqual(StructuralSimilarity.Of(image, other), StructuralSimilarity.Of(other, image), 1e-12);
    }

    [TestMethod]
    public void ImagesOfDifferentSizesAreRefused()
    {
        RgbImage a = Pictures.Noise(4, 3), b = Pictures.Noise(3, 4);
        Assert.Contains("got 4x3 and 3x4", Assert.ThrowsExactly<ArgumentException>(() => PeakSignalToNoise.Of(a, b)).Message);
        Assert.ThrowsExactly<ArgumentException>(() => StructuralSimilarity.Of(a, b));
        Assert.ThrowsExactly<ArgumentException>(() => PeakSignalToNoise.Of(A, B.AsSpan(1), 1));
        Assert.ThrowsExactly<ArgumentException>(() => StructuralSimilarity.OfOneWindow([], [], 1));
    }

    private static float[] Half(float[] values) => [.. values.Select(value => (value + 1) / 2)];

    private static (byte, byte, byte) Mean((byte R, byte G, byte B) a, (byte R, byte G, byte B) b) =>
        ((byte)((a.R + b.R) / 2), (byte)((a.G + b.G) / 2), (byte)((a.B + b.B) / 2));
}
