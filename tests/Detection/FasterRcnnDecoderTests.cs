using MLNetDeepExtensions.Detection;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Tests;

[TestClass]
public sealed class FasterRcnnDecoderTests
{
    private static readonly FasterRcnnNetworkOptions Options = FasterRcnnNetworkTests.Small;
    private readonly DisposeScope scope = NewDisposeScope();

    [TestCleanup]
    public void Free() => scope.Dispose();

    [TestMethod]
    public void AnEncodedObjectIsFoundWhereItIsInTheOriginal()
    {
        var (logits, offsets) = (zeros(3, 4), zeros(3, 4, 4));
        logits[.., 0] = tensor(20f);
        logits[2, 3] = tensor(30f);
        var region = tensor(new[] { 10f, 10, 50, 40 });
        offsets[2, 3] = new BoxCoder(Options.Variances).Encode(tensor(new[] { 12f, 8, 60, 50 }), region);
        Tensor[] regions = [zeros(2, 4), region.unsqueeze(0)];
        var found = new FasterRcnnDecoder(Options).Decode(new(logits, offsets), regions, [(64, 64), (64, 48)], [(64, 64), (640, 240)]);
        Assert.IsEmpty(found[0]);
        Assert.HasCount(1, found[1]);
        Assert.AreEqual(2, found[1][0].Class);
        Assert.AreEqual(1f, found[1][0].Score, 1e-3f);
        TensorGolden.AreClose([120, 40, 600, 240], Boxes.From([found[1][0].Box]).Values(), 1e-2);
    }

    [TestMethod]
    public void ThresholdsAreKept()
    {
        var options = new DetectionOptions { ScoreThreshold = 0.3f, MaxDetections = 5, NmsThreshold = 0.1f, CandidatesPerClass = 20 };
        var found = new FasterRcnnDecoder(Options, options).Decode(Output(), [Formula.Boxes("some", 200)], [(300, 300)], [(300, 300)])[0];
        Assert.HasCount(5, found);
        Assert.IsTrue(found.All(o => o.Score > 0.3f));
        CollectionAssert.AreEqual(found.OrderByDescending(o => o.Score).ToArray(), found.ToArray());
        Assert.IsFalse(found.Any(a => found.Any(b => a != b && a.Class == b.Class && a.Box.IntersectionOverUnion(b.Box) > 0.1f)));
    }

    [TestMethod]
    public void OfEachClassTheBestCandidatesAreTaken()
    {
        var all = new DetectionOptions { ScoreThreshold = 0.01f, NmsThreshold = 1, MaxDetections = 1000 };
        var found = new FasterRcnnDecoder(Options, all with { CandidatesPerClass = 7 })
            .Decode(Output(), [Formula.Boxes("some", 200)], [(300, 300)], [(300, 300)])[0];
        var every = new FasterRcnnDecoder(Options, all).Decode(Output(), [Formula.Boxes("some", 200)], [(300, 300)], [(300, 300)])[0];
        Assert.HasCount(21, found);
        foreach (var kind in every.GroupBy(o => o.Class))
            CollectionAssert.AreEqual(kind.Take(7).ToArray(), found.Where(o => o.Class == kind.Key).ToArray());
    }

    [TestMethod]
    public void ABrokenNetworkFindsNothing()
    {
        var broken = new RegionOutput(full([200, 4], float.NaN), zeros(200, 4, 4));
        Assert.IsEmpty(new FasterRcnnDecoder(Options).Decode(broken, [Formula.Boxes("some", 200)], [(300, 300)], [(300, 300)])[0]);
        var proposals = new RegionProposalOutput(full([1, 30], float.NaN), zeros(1, 30, 4), Formula.Boxes("some", 30), [30]);
        Assert.IsLessThanOrEqualTo(30, new RegionProposals(Options).Of(proposals, [(300, 300)])[0].Boxes_R4.shape[0]);
    }

    [TestMethod]
    public void EachImageNeedsItsSize() => Assert.ThrowsExactly<ArgumentException>(
        () => new FasterRcnnDecoder(Options).Decode(Output(), [Formula.Boxes("some", 200)], [], [(300, 300)]));

    [TestMethod]
    public void ProposalsAreTheBestOfEachLevelThatDoNotOverlapBetterOnes()
    {
        var anchors = tensor(new float[,] { { 0, 0, 40, 40 }, { 2, 0, 42, 40 }, { 50, 50, 90, 90 }, { 0, 0, 40, 41 }, { 1, 0, 1.5f, 40 } });
        var output = new RegionProposalOutput(tensor(new float[,] { { 1, 3, -1, 2, 5 } }), zeros(1, 5, 4), anchors, [3, 2]);
        var found = new RegionProposals(Options).Of(output, [(80, 80)])[0];
        TensorGolden.AreClose([2, 0, 42, 40, 0, 0, 40, 41, 50, 50, 80, 80], found.Boxes_R4.Values(), 1e-5);
        TensorGolden.AreClose([0.95257f, 0.88080f, 0.26894f], found.Scores_R.Values(), 1e-5);
        var first = new RegionProposals(Options, beforeNms: 1, most: 1).Of(output, [(80, 80)])[0].ToOriginal((80, 80), (160, 40));
        CollectionAssert.AreEqual(new[] { new Box(4, 0, 84, 20) }, first.Select(region => region.Box).ToArray());
    }

    private static RegionOutput Output() => new(Formula.Affine("logits", [200, 4], 3), Formula.Affine("offsets", [200, 4, 4], 1));
}
