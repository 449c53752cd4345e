using MLNetDeepExtensions.Detection;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Tests;

[TestClass]
public sealed class YoloDecoderTests
{
    private static readonly YoloNetworkOptions Options = new() { Classes = 3 };

    private readonly DisposeScope scope = NewDisposeScope();

    [TestCleanup]
    public void Free() => scope.Dispose();

    [TestMethod]
    [DataRow(30f, 60f, 150f, 180f, 0)]
    [DataRow(0f, 0f, 448f, 448f, 1)]
    [DataRow(400f, 2f, 447f, 90f, 1)]
    [DataRow(191f, 191f, 193f, 193f, 0)]
    public void AnEncodedObjectIsFoundWhereItIs(float x0, float y0, float x1, float y1, int place)
    {
        var box = new Box(x0, y0, x1, y1);
        var found = new YoloDecoder(Options).Decode(Encoded(box, kind: 1, place), [(896, 224)])[0];

        Assert.HasCount(1, found);
        Assert.AreEqual(1, found[0].Class);
        Assert.AreEqual(0.9f * 0.8f, found[0].Score, 1e-6f);
        TensorGolden.AreClose([2 * x0, y0 / 2, 2 * x1, y1 / 2], [found[0].Box.X0, found[0].Box.Y0, found[0].Box.X1, found[0].Box.Y1], 1e-3);
    }

    /// <summary>What an encoded object costs: the boxes that are decoded are those that the loss wants.</summary>
    [TestMethod]
    public void TheLossOfAnEncodedObjectIsThatOfItsConfidence()
    {
        var box = new Box(100, 50, 300, 290);

        YoloLossTerms terms = new YoloLoss(Options).Of(Encoded(box, kind: 2, place: 0), DetectionTargets.From([[new(box, 2)]]));

        Assert.AreEqual(0, terms.Coordinates.item<float>(), 1e-6);
        Assert.AreEqual(0.01, terms.Object.item<float>(), 1e-5);
        Assert.AreEqual(0, terms.NoObject.item<float>(), 1e-6);
        Assert.AreEqual(0.04, terms.Class.item<float>(), 1e-6);
    }

    [TestMethod]
    public void ScoresAreConfidenceTimesClassWithinZeroToOne()
    {
        Tensor cells = zeros(1, 7, 7, 13);
        cells[0, 0, 0] = tensor(new[] { .5f, .5f, .3f, .3f, 1.5f, 0, 0, 0, 0, 0, .5f, 1.2f, -.1f });
        cells[0, 6, 6] = tensor(new[] { .5f, .5f, .3f, .3f, -1f, 0, 0, 0, 0, 0, -.5f, -.5f, -.5f });

        var found = new YoloDecoder(Options).Decode(cells, [(448, 448)])[0];

        CollectionAssert.AreEqual(new[] { (1, 1f), (0, .5f) }, found.Select(o => (o.Class, o.Score)).ToArray());
    }

    [TestMethod]
    public void BoxesStayInTheImageAndOverlapsOfAClassAreSuppressed()
    {
        Tensor cells = Formula.Affine("cells", [2, 7, 7, 13], 0.6, 0.4);
        var options = new DetectionOptions { ScoreThreshold = 0.05f, NmsThreshold = 0.4f, MaxDetections = 20 };

        foreach (var image in new YoloDecoder(Options, options).Decode(cells, [(448, 448), (448, 448)]))
        {
            Assert.HasCount(20, image);
            Assert.IsTrue(image.All(o => o.Score > 0.05f && o.Box == o.Box.Clip(448, 448)));
            CollectionAssert.AreEqual(image.OrderByDescending(o => o.Score).ToArray(), image.ToArray());
            Assert.IsFalse(image.Any(a => image.Any(b => a != b && a.Class == b.Class && a.Box.IntersectionOverUnion(b.Box) > 0.4f)));
        }
    }

    [TestMethod]
    public void AllNinetyEightBoxesOfThePaperAreLookedAt()
    {
        var options = new YoloNetworkOptions { Classes = 1 };
        Tensor cells = zeros(1, 7, 7, 11);
        for (int row = 0; row < 7; row++)
            for (int column = 0; column < 7; column++)
                cells[0, row, column] = tensor(new[] { .25f, .5f, .1f, .1f, .9f, .75f, .5f, .1f, .1f, .8f, 1f });

        Assert.HasCount(98, new YoloDecoder(options).Decode(cells, [(448, 448)])[0]);
    }

    [TestMethod]
    public void SizesMustBeAsManyAsImages()
    {
        var fault = Assert.ThrowsExactly<ArgumentException>(() => new YoloDecoder(Options).Decode(zeros(2, 7, 7, 13), [(1, 1)]));
        Assert.AreEqual("sizes: expected 2, one for each image, got 1.", fault.Message);
    }

    /// <summary>One object of confidence .9 and class probability .8, in one of the two boxes of its cell; the exact opposite of decoding.</summary>
    private static Tensor Encoded(Box box, int kind, int place)
    {
        float x = (box.X0 + box.X1) / 2 / 64, y = (box.Y0 + box.Y1) / 2 / 64;
        Tensor cells = zeros(1, 7, 7, 13);
        Tensor cell = cells[0, (int)y, (int)x];
        cell[(5 * place)..(5 * place + 5)] = tensor(
            new[] { x - (int)x, y - (int)y, MathF.Sqrt(box.Width / 448), MathF.Sqrt(box.Height / 448), .9f });
        cell[10 + kind] = tensor(.8f);
        return cells;
    }
}
