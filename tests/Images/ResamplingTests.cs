using MLNetDeepExtensions.Images;

namespace MLNetDeepExtensions.Tests.Images;

[TestClass]
public sealed class ResamplingTests
{
    private static readonly RgbColour fill = RgbColour.FromBytes(123, 117, 104);

    private sealed record Case(
        string Name, int Width, int Height, byte[] Pixels, int[] Window, bool MirrorX, bool MirrorY, int OutWidth, int OutHeight, Dictionary<Resampling, float[]> Expected);

    private static IEnumerable<Resampling> Rules => Enum.GetValues<Resampling>();

    [TestMethod]
    public void EqualsPaddingCroppingResizingAndMirroringInPyTorch()
    {
        foreach (var c in GoldenImages.Read<List<Case>>("resampling.json"))
            foreach (var (rule, expected) in c.Expected)
            {
                var window = new ImageWindow(c.Window[0], c.Window[1], c.Window[2], c.Window[3], c.MirrorX, c.MirrorY);
                var actual = new RgbImage(c.Width, c.Height, c.Pixels).Resample(window, c.OutWidth, c.OutHeight, rule, fill);
                Assert.IsLessThan(1.5e-5f, Pictures.Difference(expected, actual.Values), $"{c.Name}, {rule}");
            }
    }

    [TestMethod]
    [DynamicData(nameof(Rules))]
    public void TheSameSizeChangesNothing(Resampling rule)
    {
        var image = Pictures.Noise(67, 5);
        CollectionAssert.AreEqual(image.Pixels.ToArray(), image.Resample(ImageWindow.Whole(image), 67, 5, rule).ToImage().Pixels.ToArray());
    }

    [TestMethod]
    [DynamicData(nameof(Rules))]
    public void OneColourStaysThatColourAtAnySizeAndFraction(Resampling rule)
    {
        var image = RgbImage.Filled(50, 40, 200, 100, 50);
        foreach (var window in new ImageWindow[] { new(0, 0, 50, 40), new(3.3, 7.7, 20.9, 11.1), new(-9.4, -2.5, 70.1, 80.6), new(12.2, 11.9, 0.4, 0.3), new(70, 1, 5, 5) })
        {
            var view = image.Resample(window, 33, 21, rule, RgbColour.FromBytes(200, 100, 50));
            for (int channel = 0; channel < 3; channel++)
                foreach (float value in view.Plane(channel)) Assert.AreEqual(new[] { 200, 100, 50 }[channel] / 255f, value, 1e-5f);
        }
    }

    [TestMethod]
    public void AreaIsTheMeanOfBlocks()
    {
        var image = Pictures.Noise(12, 9);
        var view = image.Resample(ImageWindow.Whole(image), 4, 3, Resampling.Area);
        for (int y = 0; y < 3; y++)
            for (int x = 0; x < 4; x++)
            {
                double mean = 0;
                for (int i = 0; i < 9; i++) mean += image[3 * x + i % 3, 3 * y + i / 3].Green / 255.0 / 9;
                Assert.AreEqual(mean, view[x, y].Green, 1e-6);
            }
    }

    [TestMethod]
    public void AreaCountsPixelsByTheirPart()
    {
        var image = Pictures.Of(3, 1, (x, _) => ((byte)(x * 90), 0, 0));
        var view = image.Resample(ImageWindow.Whole(image), 2, 1, Resampling.Area);
        Assert.AreEqual(90 * 0.5 / 1.5 / 255, view[0, 0].Red, 1e-6);
        Assert.AreEqual((90 * 0.5 + 180) / 1.5 / 255, view[1, 0].Red, 1e-6);
    }

    [TestMethod]
    public void ACropShowsNothingOfItsSurroundings()
    {
        var image = Pictures.Of(30, 30, (x, y) => x is >= 10 and < 20 && y is >= 10 and < 20 ? ((byte)255, (byte)255, (byte)255) : ((byte)0, (byte)0, (byte)0));
        foreach (var rule in Enum.GetValues<Resampling>())
            foreach (int size in new[] { 3, 10, 37 })
                Assert.IsGreaterThan(0.9999f, image.Resample(new(10, 10, 10, 10), size, size, rule).Values.ToArray().Min(), $"{rule} {size}");
    }

    [TestMethod]
    public void MirroringIsReversingTheResult()
    {
        var image = Pictures.Noise(31, 17);
        var window = new ImageWindow(-3.2, 2.6, 29.5, 18.1);
        foreach (var rule in Enum.GetValues<Resampling>())
        {
            var straight = image.Resample(window, 19, 23, rule, fill);
            var mirrored = image.Resample(window with { MirrorX = true, MirrorY = true }, 19, 23, rule, fill);
            for (int channel = 0; channel < 3; channel++)
            {
                mirrored.Plane(channel).Reverse();
                CollectionAssert.AreEqual(straight.Plane(channel).ToArray(), mirrored.Plane(channel).ToArray());
            }
        }
    }

    [TestMethod]
    public void AReusedDestinationKeepsNothing()
    {
        var image = Pictures.Noise(40, 30);
        var planes = new PixelPlanes(25, 20);
        planes.Values.Fill(7);
        image.Resample(new(-5, -5, 30, 60), planes);
        CollectionAssert.AreEqual(image.Resample(new(-5, -5, 30, 60), 25, 20).Values.ToArray(), planes.Values.ToArray());
    }

    [TestMethod]
    public void ImpossibleWindowsAreRefused()
    {
        var image = Pictures.Noise(4, 4);
        foreach (var window in new ImageWindow[] { default, new(0, 0, -1, 4), new(double.NaN, 0, 4, 4), new(0, 0, double.PositiveInfinity, 4), new(1e20, 0, 4, 4) })
            Assert.ThrowsExactly<ArgumentException>(() => image.Resample(window, 2, 2));
    }

}
