using MLNetDeepExtensions.Detection;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Tests;

[TestClass]
public sealed class MatcherTests
{
    private readonly DisposeScope scope = NewDisposeScope();

    [TestCleanup]
    public void Free() => scope.Dispose();

    [TestMethod]
    [DataRow("ssdMatches", 0.5, 0.5, ForcedMatches.Best)]
    [DataRow("rpnMatches", 0.7, 0.3, ForcedMatches.BestWithTies)]
    [DataRow("headMatches", 0.5, 0.5, ForcedMatches.None)]
    public void MatchesEqualTorchvision(string golden, double foreground, double background, ForcedMatches forced)
    {
        var overlap = Boxes.IntersectionOverUnion(Formula.Boxes("truth", 6), Formula.Boxes("anchors", 500));
        long[] expected = TensorGolden.Read("ssd/operations.json").GetProperty(golden).Longs();
        CollectionAssert.AreEqual(expected, Matches(new Matcher(foreground, background, forced), overlap));
    }

    [TestMethod]
    public void PaddingAndBatchChangeNothing()
    {
        var matcher = new Matcher(0.5, 0.5, ForcedMatches.Best);
        var (one, two) = (Formula.Boxes("one", 5), Formula.Boxes("two", 5));
        var anchors = Formula.Boxes("anchors", 500);
        var present = tensor(new[,] { { true, true, true, true, true }, { true, true, false, false, false } });
        var together = matcher.Match(Boxes.IntersectionOverUnion(stack([one, two]), anchors), present);
        CollectionAssert.AreEqual(Matches(matcher, Boxes.IntersectionOverUnion(one, anchors)), together[0].data<long>().ToArray());
        CollectionAssert.AreEqual(Matches(matcher, Boxes.IntersectionOverUnion(two[..2], anchors)), together[1].data<long>().ToArray());
    }

    [TestMethod]
    public void AnImageWithoutObjectsIsAllBackground()
    {
        var match = new Matcher(0.5, 0.5, ForcedMatches.Best).Match(zeros(1, 1, 9), zeros(1, 1, dtype: ScalarType.Bool));
        Assert.IsTrue(match.eq(Matcher.Background).all().item<bool>());
    }

    [TestMethod]
    public void TheLaterOfTwoObjectsGetsTheirCommonBestBox()
    {
        var overlap = tensor(new[,] { { 0.9f, 0.1f }, { 0.2f, 0.1f } });
        CollectionAssert.AreEqual(new long[] { 1, -1 }, Matches(new(0.5, 0.5, ForcedMatches.Best), overlap));
    }

    [TestMethod]
    public void ForcedMatchesOfProposalsEqualTheWorkedExample()
    {
        var truth = tensor(new float[,] { { 0, 0, 100, 100 }, { 200, 200, 260, 260 } });
        var anchors = tensor(new float[,]
        {
            { 0, 0, 100, 90 }, { 10, 10, 110, 110 }, { 40, 0, 140, 100 },
            { 190, 190, 300, 300 }, { 300, 300, 400, 400 }, { 0, 60, 100, 160 },
        });
        var matcher = new Matcher(0.7, 0.3, ForcedMatches.BestWithTies);
        CollectionAssert.AreEqual(new long[] { 0, -2, -2, 1, -1, -1 }, Matches(matcher, Boxes.IntersectionOverUnion(truth, anchors)));
    }

    [TestMethod]
    public void DefaultBoxesMatchAsInTheWorkedExample()
    {
        var truth = tensor(new float[,] { { 60, 60, 180, 200 }, { 10, 10, 22, 24 } });
        var overlap = Boxes.IntersectionOverUnion(truth, SSDDefaultBoxes.Corners(new()));
        var forced = Matches(new(0.5, 0.5, ForcedMatches.Best), overlap);
        Assert.AreEqual(12, forced.Count(match => match == 0));
        Assert.AreEqual(7, Array.IndexOf(forced, 1L));
        Assert.AreEqual(1, forced.Count(match => match == 1));
        Assert.AreEqual(0.18667f, overlap[1, 7].item<float>(), 1e-5f);
        Assert.AreEqual(0, Matches(new(0.5, 0.5, ForcedMatches.None), overlap).Count(match => match == 1));
    }

    [TestMethod]
    public void NegativesAreTheHardestOfEachImage()
    {
        var loss = tensor(new[] { 2, 1, .9f, .1f, .05f, .8f, .3f, .2f, .7f, .02f, .01f, .6f }).unsqueeze(0).repeat(2, 1);
        var positive = zeros(2, 12, dtype: ScalarType.Bool);
        positive[0, ..2] = tensor(true);
        positive[1, ..5] = tensor(true);
        var negative = HardNegativeMining.Select(loss, positive);
        CollectionAssert.AreEqual(new long[] { 2, 5, 6, 7, 8, 11 }, negative[0].nonzero().flatten().data<long>().ToArray());
        CollectionAssert.AreEqual(new long[] { 5, 6, 7, 8, 9, 10, 11 }, negative[1].nonzero().flatten().data<long>().ToArray());
    }

    private static long[] Matches(Matcher matcher, Tensor overlap) => matcher.Match(overlap).data<long>().ToArray();
}
