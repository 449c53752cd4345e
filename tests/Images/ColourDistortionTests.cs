using MLNetDeepExtensions.Images;

namespace MLNetDeepExtensions.Tests.Images;

[TestClass]
public sealed class ColourDistortionTests
{
    private sealed record Case(float[] Rgb, float Saturation, float Turns, float[] Expected);

    [TestMethod]
    public void SaturationAndHueEqualColorsys()
    {
        foreach (var c in GoldenImages.Read<List<Case>>("hsv.json"))
            AssertColour(new(c.Expected[0], c.Expected[1], c.Expected[2]),
                Changed(new(c.Rgb[0], c.Rgb[1], c.Rgb[2]), new() { Saturation = c.Saturation, Hue = c.Turns }));
    }

    [TestMethod]
    public void NeutralValuesChangeNothing()
    {
        var planes = Noise(37, 11);
        float[] before = planes.Values.ToArray();
        new ColourDistortion { ContrastLast = true }.Apply(planes, All(planes));
        CollectionAssert.AreEqual(before, planes.Values.ToArray());
    }

    [TestMethod]
    public void TurningTheHueThereAndBackRestoresTheColours()
    {
        var planes = Noise(37, 11);
        float[] before = planes.Values.ToArray();
        foreach (float turns in new[] { 0.1f, -0.3f, 0.5f, 1f, -2.7f })
        {
            new ColourDistortion { Hue = turns }.Apply(planes, All(planes));
            new ColourDistortion { Hue = -turns }.Apply(planes, All(planes));
        }
        Assert.IsLessThan(2e-5f, Pictures.Difference(before, planes.Values));
    }

    [TestMethod]
    public void AThirdOfATurnMovesTheChannels()
    {
        AssertColour(new(0.1f, 0.9f, 0.4f), Changed(new(0.9f, 0.4f, 0.1f), new() { Hue = 1 / 3f }));
    }

    [TestMethod]
    public void ColourlessPixelsHaveNoHueAndNoSaturation()
    {
        foreach (float grey in new[] { 0, 0.3f, 1 })
            AssertColour(new(grey, grey, grey), Changed(new(grey, grey, grey), new() { Hue = 0.4f, Saturation = 1.5f }));
    }

    [TestMethod]
    public void NoSaturationIsGreyOfTheSameValue() => AssertColour(new(0.8f, 0.8f, 0.8f), Changed(new(0.2f, 0.8f, 0.5f), new() { Saturation = 0 }));

    [TestMethod]
    public void ContrastBeforeAndAfterDifferOnlyByTheLimit()
    {
        var change = new ColourDistortion { Contrast = 1.5f, Saturation = 0.5f };
        AssertColour(Changed(new(0.5f, 0.3f, 0.1f), change), Changed(new(0.5f, 0.3f, 0.1f), change with { ContrastLast = true }));
        AssertColour(new(1f, 0.725f, 0.575f), Changed(new(0.8f, 0.3f, 0.1f), change));
        AssertColour(new(1f, 0.825f, 0.675f), Changed(new(0.8f, 0.3f, 0.1f), change with { ContrastLast = true }));
    }

    [TestMethod]
    public void BrightnessIsAddedAndLimited() => AssertColour(new(1, 0.5f, 0), Changed(new(0.95f, 0.4f, -0.2f), new() { Brightness = 0.1f }));

    [TestMethod]
    public void ChannelsAreReadFromTheNamedOnes() => AssertColour(new(0.3f, 0.1f, 0.2f), Changed(new(0.1f, 0.2f, 0.3f), new() { Channels = (2, 0, 1) }));

    [TestMethod]
    public void OnlyThePartChanges()
    {
        var planes = Noise(40, 9);
        var before = planes.ToImage();
        new ColourDistortion { Contrast = 0 }.Apply(planes, new(3, 2, 22, 8));
        for (int y = 0; y < 9; y++)
            for (int x = 0; x < 40; x++)
                Assert.AreEqual(x is >= 3 and < 22 && y is >= 2 and < 8 ? (0, 0, 0) : ((int, int, int))before[x, y], ((int, int, int))planes.ToImage()[x, y]);
    }

    [TestMethod]
    public void TheColourOutsideOfTheImageStays()
    {
        var canvas = RgbColour.FromBytes(123, 117, 104);
        var view = new ImageView(new(-10, -10, 40, 40, MirrorX: true)) { Colours = new() { Brightness = 0.5f }, Outside = canvas };
        var planes = new PixelPlanes(40, 40);
        view.Render(RgbImage.Filled(10, 20, 0, 0, 0), planes);
        for (int y = 0; y < 40; y++)
            for (int x = 0; x < 40; x++)
                AssertColour(y is >= 10 and < 30 && x is >= 20 and < 30 ? new(0.5f, 0.5f, 0.5f) : canvas, planes[x, y]);
    }

    [TestMethod]
    public void DrawsKeepToTheirRanges()
    {
        var options = new PhotometricDistortion { ChannelPermutationProbability = 0.5 };
        var draws = Enumerable.Range(0, 4000).Select(row => options.Draw(new SampleRandom(1, 2, row))).ToList();
        AssertRange(-32 / 255.0, 32 / 255.0, 0, draws.Select(d => d.Brightness));
        AssertRange(0.5, 1.5, 1, draws.Select(d => d.Contrast));
        AssertRange(0.5, 1.5, 1, draws.Select(d => d.Saturation));
        AssertRange(-0.1, 0.1, 0, draws.Select(d => d.Hue));
        Assert.AreEqual(0.5, draws.Average(d => d.ContrastLast ? 1 : 0), 0.03);
        Assert.HasCount(6, draws.Select(d => d.Channels).Distinct());
        Assert.IsTrue(Enumerable.Range(0, 100).All(row => PhotometricDistortion.None.Draw(new SampleRandom(1, 2, row)) with { ContrastLast = false } == ColourDistortion.None));
    }

    private static void AssertRange(double low, double high, float neutral, IEnumerable<float> values)
    {
        var list = values.ToList();
        Assert.AreEqual(0.5, list.Count(v => v == neutral) / (double)list.Count, 0.03);
        Assert.IsTrue(list.All(v => v >= (float)low && v <= (float)high));
        Assert.IsLessThan((high - low) / 50, list.Min() - low);
        Assert.IsLessThan((high - low) / 50, high - list.Max());
    }

    private static RgbColour Changed(RgbColour colour, ColourDistortion change)
    {
        var planes = new PixelPlanes(1, 1);
        for (int channel = 0; channel < 3; channel++) planes.Plane(channel)[0] = colour[channel];
        change.Apply(planes, All(planes));
        return planes[0, 0];
    }

    private static void AssertColour(RgbColour expected, RgbColour actual)
    {
        for (int channel = 0; channel < 3; channel++) Assert.AreEqual(expected[channel], actual[channel], 2e-6f, $"{expected} {actual}");
    }

    private static PixelPlanes Noise(int width, int height)
    {
        var image = Pictures.Noise(width, height);
        return image.Resample(ImageWindow.Whole(image), width, height);
    }

    private static PixelRectangle All(PixelPlanes planes) => new(0, 0, planes.Width, planes.Height);
}
