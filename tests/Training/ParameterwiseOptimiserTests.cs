using MLNetDeepExtensions.Training;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Tests;

[TestClass]
public sealed class ParameterwiseOptimiserTests
{
    private static readonly Dictionary<string, Func<IEnumerable<Parameter>, OptimizerHelper>> Kinds = new()
    {
        ["Adam"] = parameters => optim.Adam(parameters, 0.01),
        ["AdamW"] = parameters => optim.AdamW(parameters, 0.01, weight_decay: 0.1),
        ["SGD"] = parameters => optim.SGD(parameters, 0.01, 0.9, weight_decay: 0.1),
        ["Adadelta"] = parameters => optim.Adadelta(parameters, 1, 0.95, 1e-6),
    };

    private readonly DisposeScope scope = NewDisposeScope();

    [TestCleanup]
    public void Free() => scope.Dispose();

    [TestMethod]
    [DataRow("Adam"), DataRow("AdamW"), DataRow("SGD"), DataRow("Adadelta")]
    public void DoesWhatOneOptimiserOfAllParametersDoes(string kind)
    {
        using Linear together = Layer(), each = Layer();
        using OptimizerHelper one = Kinds[kind](together.parameters());
        using var many = new ParameterwiseOptimiser(each.parameters(), parameter => Kinds[kind]([parameter]));
        for (int i = 0; i < 5; i++)
        {
            foreach ((Linear layer, OptimizerHelper optimiser) in new[] { (together, one), (each, many) })
            {
                foreach (optim.ILearningRateController group in optimiser.ParamGroups)
                    group.LearningRate = group.InitialLearningRate / (i + 1);
                optimiser.zero_grad();
                layer.call(Formula.Uniform("input", 3, 4)).square().sum().backward();
                optimiser.step();
            }
        }
        foreach ((Parameter a, Parameter b) in together.parameters().Zip(each.parameters()))
            CollectionAssert.AreEqual(a.Values(), b.Values());
        Assert.IsTrue(one.state_dict().State.Zip(many.state_dict().State, (a, b) => a.ApproximatelyEquals(b)).All(same => same));
    }

    [TestMethod]
    public void NothingButItsStateOutlivesAStep()
    {
        using Linear layer = Layer();
        using var optimiser = new ParameterwiseOptimiser(layer.parameters(), parameter => optim.Adam([parameter]));
        layer.call(Formula.Uniform("input", 3, 4)).sum().backward();
        optimiser.step();
        long before = Tensor.TotalCount;
        optimiser.step();
        Assert.AreEqual(before, Tensor.TotalCount);
    }

    private static Linear Layer() => Formula.Fill(nn.Linear(4, 2));
}
