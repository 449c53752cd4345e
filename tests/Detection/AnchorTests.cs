using MLNetDeepExtensions.Detection;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Tests;

[TestClass]
public sealed class AnchorTests
{
    private readonly DisposeScope scope = NewDisposeScope();

    [TestCleanup]
    public void Free() => scope.Dispose();

    [TestMethod]
    public void WindowsAreThePapersNineReferences()
    {
        Box[] published =
        [
            new(-83, -39, 100, 56), new(-175, -87, 192, 104), new(-359, -183, 376, 200),
            new(-55, -55, 72, 72), new(-119, -119, 136, 136), new(-247, -247, 264, 264),
            new(-35, -79, 52, 96), new(-79, -167, 96, 184), new(-167, -343, 184, 360),
        ];
        // The authors' list is Matlab's: it counts pixels from 1 and includes the last.
        Box[] expected = [.. published.Select(box => box with { X0 = box.X0 - 1, Y0 = box.Y0 - 1 })];
        CollectionAssert.AreEqual(expected, Anchors.Windows([128, 256, 512], [0.5f, 1, 2]).ToArray());
    }

    [TestMethod]
    [DataRow(32, new float[] { -23, -11, 23, 11, -16, -16, 16, 16, -11, -23, 11, 23 })]
    [DataRow(512, new float[] { -362, -181, 362, 181, -256, -256, 256, 256, -181, -362, 181, 362 })]
    public void CentredAnchorsAreTorchvisions(int size, float[] expected) =>
        CollectionAssert.AreEqual(expected, Boxes.From(Anchors.Centred(size, [0.5f, 1, 2])).Values());

    [TestMethod]
    public void APyramidHasAsManyAnchorsAndTheStridesOfTorchvision()
    {
        var anchors = Anchors.Of(FasterRcnnNetworkOptions.TorchvisionCoco, Features(800, 1088, (200, 272), (100, 136), (50, 68), (25, 34), (13, 17)));
        Assert.AreEqual(217_413, anchors.Sum(level => level.shape[0]));
        CollectionAssert.AreEqual(new float[] { -362, 61 - 181, 362, 61 + 181 }, anchors[^1][17 * 3].Values());
        CollectionAssert.AreEqual(new float[] { 64 - 362, -181, 64 + 362, 181 }, anchors[^1][3].Values());
    }

    [TestMethod]
    [DataRow(37, 62, 20_646)]
    [DataRow(38, 63, 21_546)]
    public void OneMapHasAsManyAnchorsAsThePaper(int rows, int columns, int count) => Assert.AreEqual(count, Grid(rows, columns).shape[0]);

    [TestMethod]
    [DataRow(0, 8_151)]
    [DataRow(1, 7_790)]   // a pixel to the right and down, as Matlab counts
    public void AThirdOfTheAnchorsLiesWithinTheImage(int shift, int inside)
    {
        var anchors = Grid(38, 63) + shift;
        Assert.AreEqual(inside, Boxes.Clip(anchors, 1000, 600).eq(anchors).all(-1).sum().item<long>());
    }

    [TestMethod]
    public void AnchorsAreInTheOrderOfCells()
    {
        var anchors = Anchors.Grid([new(0, 0, 2, 2), new(0, 0, 4, 4)], (2, 3), (8, 16));
        CollectionAssert.AreEqual(new float[] { 32, 8, 36, 12 }, anchors[(1 * 3 + 2) * 2 + 1].Values());
    }

    private static Tensor Grid(int rows, int columns) =>
        Anchors.Grid(Anchors.Windows([128, 256, 512], [0.5f, 1, 2]), (rows, columns), (16, 16));

    private static ImageFeatures Features(int height, int width, params (int Rows, int Columns)[] maps) =>
        new([.. maps.Select(map => zeros(1, 1, map.Rows, map.Columns))], height, width);
}
