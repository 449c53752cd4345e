using MLNetDeepExtensions.Training;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Tests.Training;

[TestClass]
public sealed class MicroBatchSizeTests
{
    private readonly DisposeScope scope = NewDisposeScope();

    [TestCleanup]
    public void Free() => scope.Dispose();

    [TestMethod]
    public void MicroBatchesOfDifferentSizesLearnAsTheyWouldTogether()
    {
        Tensor few = tensor(new[] { 1f, 2 }).view(2, 1), many = tensor(new[] { 3f, -1, 0.5f, 4, -2, 6 }).view(6, 1);
        float together = Updated(null, cat([few, many]));
        Assert.AreEqual(together, Updated(batch => batch.shape[0], few, many), 1e-6f);
        Assert.AreNotEqual(together, Updated(null, few, many), 1e-2f, "Without sizes every micro-batch counts the same.");
    }

    /// <summary>The one weight after one update from micro-batches, whose loss is the mean over their rows.</summary>
    private static float Updated(Func<Tensor, double>? size, params Tensor[] microBatches)
    {
        Linear network = nn.Linear(1, 1, hasBias: false);
        using (no_grad())
            network.weight.fill_(0.5);
        using var step = new SupervisedStep<Linear, Tensor>(network, optim.SGD(network.parameters(), 0.1),
            (linear, batch) => [new LossTensor("square", linear.call(batch).square().mean())], size: size);
        step.Step(microBatches, new Rates(new Dictionary<string, double> { [SupervisedStep<Linear, Tensor>.OptimiserName] = 1 }, 0));
        return network.weight.item<float>();
    }
}
