using System.Text.Json;
using MLNetDeepExtensions.Detection;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Tests;

[TestClass]
public sealed class SSDDecoderTests
{
    private static readonly SSDNetworkOptions Options = new() { Classes = 3, Preset = DefaultBoxPreset.Coco300 };
    private readonly DisposeScope scope = NewDisposeScope();

    [TestCleanup]
    public void Free() => scope.Dispose();

    [TestMethod]
    public void DetectionsEqualTorchvision()
    {
        using var decoder = new SSDDecoder(Options);
        var found = decoder.Decode(Output(), [(500, 375), (200, 600)]);
        var golden = TensorGolden.Read("ssd/decoding.json").GetProperty("images");
        for (int n = 0; n < 2; n++)
            AreClose(golden[n], found[n]);
    }

    [TestMethod]
    public void AnEncodedObjectIsFoundWhereItIs()
    {
        var boxes = SSDDefaultBoxes.Corners(Options);
        var logits = zeros(1, 8732, 4);
        logits[.., .., 0] = tensor(20f);
        logits[0, 7000, 2] = tensor(30f);
        var offsets = zeros(1, 8732, 4);
        offsets[0, 7000] = new BoxCoder(Options.Variances).Encode(tensor(new[] { 30f, 60, 150, 180 }), boxes[7000]);
        using var decoder = new SSDDecoder(Options);
        var found = decoder.Decode(new(logits, offsets), [(600, 100)])[0];
        Assert.HasCount(1, found);
        Assert.AreEqual(1, found[0].Class);
        Assert.AreEqual(1f, found[0].Score, 1e-3f);
        TensorGolden.AreClose([60, 20, 300, 60], [found[0].Box.X0, found[0].Box.Y0, found[0].Box.X1, found[0].Box.Y1], 1e-2);
    }

    [TestMethod]
    public void ThresholdsAreKept()
    {
        using var decoder = new SSDDecoder(Options, new() { ScoreThreshold = 0.7f, MaxDetections = 5, NmsThreshold = 0.1f });
        var found = decoder.Decode(Output(), [(300, 300), (300, 300)]);
        foreach (var image in found)
        {
            Assert.IsTrue(image.All(o => o.Score > 0.7f));
            Assert.HasCount(5, image);
            CollectionAssert.AreEqual(image.OrderByDescending(o => o.Score).ToArray(), image.ToArray());
            Assert.IsFalse(image.Any(a => image.Any(b => a != b && a.Class == b.Class && a.Box.IntersectionOverUnion(b.Box) > 0.1f)));
        }
    }

    [TestMethod]
    public void BoxesStayInTheImage()
    {
        using var decoder = new SSDDecoder(Options);
        var box = decoder.Decode(Output(), [(500, 375), (200, 600)])[0].Select(o => o.Box);
        Assert.IsTrue(box.All(b => b.X0 >= 0 && b.Y0 >= 0 && b.X1 <= 500.001f && b.Y1 <= 375.001f));
    }

    [TestMethod]
    public void ABrokenNetworkFindsNothing()
    {
        using var decoder = new SSDDecoder(Options);
        var found = decoder.Decode(new(full([1, 8732, 4], float.NaN), zeros(1, 8732, 4)), [(300, 300)]);
        Assert.IsEmpty(found[0]);
    }

    [TestMethod]
    public void EachImageNeedsItsSize()
    {
        using var decoder = new SSDDecoder(Options);
        Assert.ThrowsExactly<ArgumentException>(() => decoder.Decode(Output(), [(300, 300)]));
    }

    [TestMethod]
    public void UnsetOptionsAreTheDetectorsOwn()
    {
        var options = new DetectionOptions { ScoreThreshold = 0.3f, BatchSize = 2 }.Or(SSDDecoder.Defaults);
        Assert.AreEqual(SSDDecoder.Defaults with { ScoreThreshold = 0.3f, BatchSize = 2 }, options);
        Assert.IsEmpty(options.Faults());
        options = new() { ScoreThreshold = 2, NmsThreshold = -1, MaxDetections = 0, CandidatesPerClass = 0, BatchSize = 0 };
        Assert.HasCount(5, options.Faults());
    }

    /// <summary>Every object of a golden file has its counterpart: same class, score within 1e-4, box within 0.01 pixels.</summary>
    public static void AreClose(JsonElement golden, IReadOnlyList<DetectedObject> found)
    {
        float[] boxes = golden.GetProperty("boxes").Floats(), scores = golden.GetProperty("scores").Floats();
        long[] labels = golden.GetProperty("labels").Longs();
        TensorGolden.AreClose(scores, [.. found.Select(o => o.Score)], 1e-4);
        var left = found.ToList();
        for (int i = 0; i < scores.Length; i++)
        {
            var box = new Box(boxes[4 * i], boxes[4 * i + 1], boxes[4 * i + 2], boxes[4 * i + 3]);
            int match = left.FindIndex(o =>
                o.Class + 1 == labels[i] && Math.Abs(o.Score - scores[i]) < 1e-4 && Farthest(o.Box, box) < 0.01);
            Assert.IsGreaterThanOrEqualTo(0, match, $"object {i}");
            left.RemoveAt(match);
        }
    }

    private static float Farthest(Box a, Box b) =>
        new[] { a.X0 - b.X0, a.Y0 - b.Y0, a.X1 - b.X1, a.Y1 - b.Y1 }.Max(Math.Abs);

    /// <summary>Numbers instead of a network's results, as in the golden file.</summary>
    internal static SSDOutput Output()
    {
        var logits = Formula.Affine("logits", [2, 8732, 4], 3);
        logits[.., .., 0] += 4;
        return new(logits, Formula.Affine("offsets", [2, 8732, 4], 3));
    }
}
