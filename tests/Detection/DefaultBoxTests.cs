using MLNetDeepExtensions.Detection;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Tests;

[TestClass]
public sealed class DefaultBoxTests
{
    private readonly DisposeScope scope = NewDisposeScope();

    [TestCleanup]
    public void Free() => scope.Dispose();

    [TestMethod]
    [DataRow(DefaultBoxPreset.Voc300, 6, new[] { 30.0, 60, 111, 162, 213, 264, 315 }, 300)]
    [DataRow(DefaultBoxPreset.Coco300, 6, new[] { 21.0, 45, 99, 153, 207, 261, 315 }, 300)]
    [DataRow(DefaultBoxPreset.Voc512, 7, new[] { 35.84, 76.8, 153.6, 230.4, 307.2, 384, 460.8, 537.6 }, 512)]
    [DataRow(DefaultBoxPreset.Coco512, 7, new[] { 20.48, 51.2, 133.12, 215.04, 296.96, 378.88, 460.8, 542.72 }, 512)]
    public void PresetsHaveThePublishedSizes(DefaultBoxPreset preset, int maps, double[] pixels, int side) =>
        TensorGolden.AreClose(
            [.. pixels.Select(size => (float)size)], [.. DefaultBoxes.Scales(preset, maps).Select(scale => scale * side)], 1e-3);

    [TestMethod]
    [DataRow(300, DefaultBoxPreset.Voc300, true, 8732, 1510.1479, 327.7188, 4443.9467)]
    [DataRow(300, DefaultBoxPreset.Voc300, false, 8732, 1510.4293, 328.0601, 4443.9467)]
    [DataRow(300, DefaultBoxPreset.Coco300, true, 8732, 1171.9677, 228.6190, 4443.9467)]
    [DataRow(300, DefaultBoxPreset.Coco300, false, 8732, 1172.1981, 228.9024, 4443.9467)]
    [DataRow(512, DefaultBoxPreset.Voc512, true, 24564, 3144.9987, 544.1248, 12282.0)]
    [DataRow(512, DefaultBoxPreset.Voc512, false, 24564, 3146.1419, 545.1642, 12282.0)]
    public void ChecksumsEqualTheReferences(int side, DefaultBoxPreset preset, bool clamp, int count, double width, double area, double x)
    {
        var corners = SSDDefaultBoxes.Corners(new() { ImageSize = side, Preset = preset, ClampBoxSizes = clamp }) / side;
        var centres = Boxes.CentresFromCorners(corners.to(ScalarType.Float64)).sum([0L]).data<double>().ToArray();
        Assert.AreEqual(count, corners.shape[0]);
        Assert.AreEqual(width, centres[2], 2e-3);
        Assert.AreEqual(width, centres[3], 2e-3);
        Assert.AreEqual(x, centres[0], 2e-3);
        Assert.AreEqual(area, Boxes.Area(corners).sum().item<float>(), 2e-3);
    }

    [TestMethod]
    public void BoxesOfACellStandInThePublishedOrder()
    {
        var corners = SSDDefaultBoxes.Corners(new());
        TensorGolden.AreClose(
            [-11, -11, 19, 19, -17.2132f, -17.2132f, 25.2132f, 25.2132f,
             -17.2132f, -6.6066f, 25.2132f, 14.6066f, -6.6066f, -17.2132f, 14.6066f, 25.2132f],
            corners[..4].Values(), 1e-3);
        TensorGolden.AreClose([-22, -22, 38, 38], corners[5776].Values(), 1e-3);
        TensorGolden.AreClose(
            [18, 18, 282, 282, 5.8126f, 5.8126f, 294.1874f, 294.1874f, 0, 56.6619f, 300, 243.3381f, 56.6619f, 0, 243.3381f, 300],
            corners[^4..].Values(), 1e-3);
        var coco = SSDDefaultBoxes.Corners(new() { Preset = DefaultBoxPreset.Coco300 });
        TensorGolden.AreClose([-6.5f, -6.5f, 14.5f, 14.5f], coco[0].Values(), 1e-3);
        TensorGolden.AreClose([-14.5f, -14.5f, 30.5f, 30.5f], coco[5776].Values(), 1e-3);
    }

    [TestMethod]
    [DataRow(DetectionBackbone.Vgg16, 300, new[] { 38, 19, 10, 5, 3, 1 }, 8732)]
    [DataRow(DetectionBackbone.Vgg16, 512, new[] { 64, 32, 16, 8, 4, 2, 1 }, 24564)]
    [DataRow(DetectionBackbone.ResNet18, 300, new[] { 38, 19, 10, 5, 3 }, 8728)]
    public void MapSizesAreThePublishedOnes(DetectionBackbone backbone, int side, int[] maps, int boxes)
    {
        var options = new SSDNetworkOptions { Backbone = backbone, ImageSize = side };
        CollectionAssert.AreEqual(maps, SSDPyramid.Sides(options));
        Assert.AreEqual(boxes, SSDPyramid.Maps(options).Sum(map => map.Side * map.Side * map.BoxesPerCell));
    }

    [TestMethod]
    public void ShorterPyramidsKeepTheScalesOfTheWholeOne() =>
        TensorGolden.AreClose([0.07f, 0.15f, 0.33f, 0.51f, 0.69f, 0.87f],
            SSDPyramid.Scales(new() { Backbone = DetectionBackbone.ResNet18, Preset = DefaultBoxPreset.Coco300 }), 1e-6);
}
