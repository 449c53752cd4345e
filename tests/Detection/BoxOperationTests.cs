using MLNetDeepExtensions.Detection;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Tests;

[TestClass]
public sealed class BoxOperationTests
{
    private readonly DisposeScope scope = NewDisposeScope();

    [TestCleanup]
    public void Free() => scope.Dispose();

    [TestMethod]
    public void CentresAndCornersUndoEachOther()
    {
        var corners = Formula.Boxes("some", 40);
        TensorGolden.AreClose(corners.Values(), Boxes.CornersFromCentres(Boxes.CentresFromCorners(corners)).Values(), 1e-4);
    }

    [TestMethod]
    public void OverlapEqualsTorchvision()
    {
        var overlap = Boxes.IntersectionOverUnion(Formula.Boxes("some", 40)[..8], Formula.Boxes("references", 30)[..8]);
        TensorGolden.AreClose(TensorGolden.Read("ssd/operations.json").GetProperty("iou").Floats(), overlap.Values(), 1e-6);
    }

    [TestMethod]
    public void OverlapOfABatchEqualsThatOfEachImage()
    {
        var batch_NM4 = stack([Formula.Boxes("one", 5), Formula.Boxes("two", 5)]);
        var anchors_A4 = Formula.Boxes("anchors", 7);
        var together = Boxes.IntersectionOverUnion(batch_NM4, anchors_A4);
        CollectionAssert.AreEqual(new long[] { 2, 5, 7 }, together.shape);
        CollectionAssert.AreEqual(Boxes.IntersectionOverUnion(batch_NM4[1], anchors_A4).Values(), together[1].Values());
    }

    [TestMethod]
    public void EmptyBoxesOverlapNothing() =>
        CollectionAssert.AreEqual(
            new[] { 0f, 0f }, Boxes.IntersectionOverUnion(zeros(1, 4), tensor(new float[,] { { 0, 0, 0, 0 }, { 0, 0, 9, 9 } })).Values());

    [TestMethod]
    public void ClippingKeepsWhatIsInside()
    {
        var clipped = Boxes.Clip(tensor(new float[] { -5, 10, 120, 90 }), width: 100, height: 50);
        CollectionAssert.AreEqual(new float[] { 0, 10, 100, 50 }, clipped.Values());
        Assert.AreEqual(4000f, Boxes.Area(clipped).item<float>());
    }

    [TestMethod]
    public void DecodingUndoesEncoding()
    {
        var coder = new BoxCoder([0.1f, 0.1f, 0.2f, 0.2f]);
        var (boxes, references) = (Formula.Boxes("some", 40), Formula.Boxes("references", 40));
        TensorGolden.AreClose(boxes.Values(), coder.Decode(coder.Encode(boxes, references), references).Values(), 1e-3);
    }

    [TestMethod]
    public void CodesEqualTorchvision()
    {
        var golden = TensorGolden.Read("ssd/operations.json");
        var coder = new BoxCoder([0.1f, 0.1f, 0.2f, 0.2f]);
        var references = Formula.Boxes("references", 30);
        var encoded = coder.Encode(Formula.Boxes("some", 40)[..30], references);
        TensorGolden.AreClose(golden.GetProperty("encoded").Floats(), encoded.Values(), 1e-4);
        float[] expected = golden.GetProperty("decoded").Floats();
        float[] actual = coder.Decode(Formula.Affine("offsets", [30, 4], 30), references).Values();
        for (int i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], actual[i], 1e-3 + 1e-5 * Math.Abs(expected[i]), $"at {i}");
    }

    [TestMethod]
    public void CodesEqualTheWorkedExample()
    {
        var priors = tensor(new[] { 44.9515f, 76.9515f, 179.0485f, 211.0485f });
        var code = new BoxCoder([0.1f, 0.1f, 0.2f, 0.2f]).Encode(tensor(new[] { 60f, 60, 180, 200 }), priors);
        TensorGolden.AreClose([0.59658f, -1.04402f, -0.55536f, 0.21540f], code.Values(), 1e-4);
        var plain = new BoxCoder([1, 1, 1, 1]).Encode(tensor(new[] { 110f, 90, 230, 190 }), tensor(new[] { 100f, 100, 200, 180 }));
        TensorGolden.AreClose([0.2f, 0, 0.182322f, 0.223144f], plain.Values(), 1e-6);
    }

    [TestMethod]
    public void HugeRatiosAreBounded()
    {
        var decoded = new BoxCoder([1, 1, 1, 1]).Decode(tensor(new[] { 0f, 0, 100, 100 }), tensor(new[] { 0f, 0, 16, 16 }));
        TensorGolden.AreClose([-492f, -492, 508, 508], decoded.Values(), 1e-2);
    }
}
