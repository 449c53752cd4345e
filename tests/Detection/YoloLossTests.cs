using MLNetDeepExtensions.Detection;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Tests;

[TestClass]
public sealed class YoloLossTests
{
    // 448 pixels, 7 x 7 cells of 2 boxes, 20 classes.
    private static readonly YoloNetworkOptions Options = new() { Classes = 20 };

    private readonly DisposeScope scope = NewDisposeScope();

    [TestCleanup]
    public void Free() => scope.Dispose();

    /// <summary>By hand: centre (.5, .5), size .25 x .36; box 1 overlaps by 0.714243, box 2 by 0.09.</summary>
    [TestMethod]
    public void TheTermsEqualTheWorkedExample()
    {
        YoloLossTerms terms = new YoloLoss(Options).Of(Cells([.6f, .4f, .55f, .55f, .7f], [.5f, .5f, .3f, .3f, .2f]), Objects(Central));

        Assert.AreEqual(0.125, terms.Coordinates.item<float>(), 1e-6);
        Assert.AreEqual(0.000203, terms.Object.item<float>(), 1e-6);
        Assert.AreEqual(0.02, terms.NoObject.item<float>(), 1e-6);
        Assert.AreEqual(0.05, terms.Class.item<float>(), 1e-6);
        Assert.AreEqual(0.195203, Total(terms).item<float>(), 1e-6);
    }

    [TestMethod]
    public void AllOtherBoxesOfTheImageAreToBeSilent()
    {
        Tensor cells = Cells([.6f, .4f, .55f, .55f, .7f], [.5f, .5f, .3f, .3f, .2f]);
        cells[0, 1, 5, 9] = tensor(0.6f);
        cells[0, 6, 0, 4] = tensor(-1f);

        Assert.AreEqual(0.02 + 0.5 * (0.36 + 1), new YoloLoss(Options).Of(cells, Objects(Central)).NoObject.item<float>(), 1e-6);
        Assert.AreEqual(0.02 + 0.5 * 0.49 + 0.5 * (0.36 + 1), new YoloLoss(Options).Of(cells, Objects()).NoObject.item<float>(), 1e-6);
    }

    [TestMethod]
    [DataRow(new[] { .5f, .5f, .3f, .3f }, new[] { .6f, .4f, .55f, .55f }, 1, DisplayName = "the second overlaps more")]
    [DataRow(new[] { .5f, .5f, .5f, .6f }, new[] { .5f, .5f, .5f, .6f }, 0, DisplayName = "the first of two equal ones")]
    [DataRow(new[] { 3f, .5f, .01f, .01f }, new[] { .5f, 2.5f, .01f, .01f }, 1, DisplayName = "none overlaps: the nearer one")]
    [DataRow(new[] { 2f, .5f, .5f, .6f }, new[] { 2f, .5f, .01f, .01f }, 0, DisplayName = "one overlaps, the other is as near")]
    [DataRow(new[] { -3f, .5f, -.4f, .01f }, new[] { .5f, .5f, -.5f, -.6f }, 1, DisplayName = "negative roots are sizes too")]
    public void TheResponsibleBoxIsTheOneThatOverlapsMostOrElseTheNearest(float[] first, float[] second, int expected)
    {
        Tensor cells = Cells([.. first, 0.3f], [.. second, 0.3f]).requires_grad_();

        Total(new YoloLoss(Options).Of(cells, Objects(Central))).backward();

        // Only the responsible box learns where the object is; the other learns that there is none.
        Tensor gradient = cells.grad![0, 3, 3];
        Assert.AreEqual(2 * 0.5f * 0.3f, gradient[5 * (1 - expected) + 4].item<float>(), 1e-6f);
        Assert.AreEqual(0f, gradient[(5 * (1 - expected))..(5 * (1 - expected) + 4)].abs().sum().item<float>());
        bool isExact = (expected == 0 ? first : second).SequenceEqual([.5f, .5f, .5f, .6f]);
        Assert.AreEqual(!isExact, gradient[(5 * expected)..(5 * expected + 4)].abs().sum().item<float>() > 1e-6f);
    }

    [TestMethod]
    public void OverlapIsATargetThroughWhichNoGradientFlows()
    {
        Tensor cells = Cells([.6f, .4f, .55f, .55f, .7f], [.5f, .5f, .3f, .3f, .2f]).requires_grad_();

        new YoloLoss(Options).Of(cells, Objects(Central)).Object.backward();

        Tensor gradient = cells.grad!;
        Assert.AreEqual(2 * (0.7 - 0.714243), gradient[0, 3, 3, 4].item<float>(), 1e-5);
        Assert.AreEqual(gradient[0, 3, 3, 4].abs().item<float>(), gradient.abs().sum().item<float>());
    }

    [TestMethod]
    public void ACellLearnsTheFirstOfItsObjects()
    {
        Tensor cells = Cells([.6f, .4f, .55f, .55f, .7f], [.5f, .5f, .3f, .3f, .2f]);
        var other = new LabelledBox(new Box(200, 200, 230, 240), 7);

        Assert.AreEqual(Total(new YoloLoss(Options).Of(cells, Objects(Central))).item<float>(),
            Total(new YoloLoss(Options).Of(cells, Objects(Central, other))).item<float>(), 1e-6f);
        Assert.AreNotEqual(Total(new YoloLoss(Options).Of(cells, Objects(other))).item<float>(),
            Total(new YoloLoss(Options).Of(cells, Objects(Central, other))).item<float>(), 1e-3f);
    }

    [TestMethod]
    public void ObjectsAtTheEdgesBelongToTheOutermostCells()
    {
        Tensor cells = zeros(1, 7, 7, 30).requires_grad_();

        new YoloLoss(Options).Of(cells, Objects(new(new Box(440, 440, 456, 456), 3), new(new Box(0, 0, 2, 2), 4))).Class.backward();

        Assert.AreEqual(-2f, cells.grad![0, 6, 6, 13].item<float>());
        Assert.AreEqual(-2f, cells.grad![0, 0, 0, 14].item<float>());
        Assert.AreEqual(4f, cells.grad!.abs().sum().item<float>());
    }

    [TestMethod]
    public void ABatchIsTheMeanOfItsImages()
    {
        Tensor cells = Formula.Affine("cells", [3, 7, 7, 30], 0.5, 0.3);
        LabelledBox[][] objects = [[Central], [], [new(new Box(10, 30, 100, 220), 5), new(new Box(300, 300, 440, 400), 2)]];
        var loss = new YoloLoss(Options);

        float[] each = [.. objects.Select((o, n) => Total(loss.Of(cells[n..(n + 1)], DetectionTargets.From([o]))).item<float>())];

        Assert.AreEqual(each.Average(), Total(loss.Of(cells, DetectionTargets.From(objects))).item<float>(), 1e-3f);
        Assert.IsGreaterThan(1, each.Distinct().Count());
    }

    internal static Tensor Total(YoloLossTerms terms) => terms.Coordinates + terms.Object + terms.NoObject + terms.Class;

    private static LabelledBox Central => new(new Box(.375f * 448, .32f * 448, .625f * 448, .68f * 448), 0);

    private static DetectionTargets Objects(params LabelledBox[] objects) => DetectionTargets.From([objects]);

    /// <summary>Nothing but two boxes and two class probabilities, .8 and .1, in the middle cell.</summary>
    private static Tensor Cells(float[] first, float[] second)
    {
        Tensor cells = zeros(1, 7, 7, 30);
        cells[0, 3, 3, ..5] = tensor(first);
        cells[0, 3, 3, 5..10] = tensor(second);
        cells[0, 3, 3, 10] = tensor(.8f);
        cells[0, 3, 3, 11] = tensor(.1f);
        return cells;
    }
}
