using MLNetDeepExtensions.Translation;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Tests.Translation;

[TestClass]
[DoNotParallelize]
public sealed class GatedUnitTests
{
    private const int Input = 3, Hidden = 4;

    /// <summary>TorchSharp's cell keeps the old state where ours takes the new, and resets after the product where ours resets before.</summary>
    [TestMethod]
    [DataRow(true, DisplayName = "without resets the same, with the update gate turned round")]
    [DataRow(false, DisplayName = "with resets another unit")]
    public void ItIsTorchsUnitOnlyWithoutResets(bool open)
    {
        using DisposeScope scope = NewDisposeScope();
        using var constant = no_grad();
        using var ours = Formula.Fill(new GatedUnit(Input, Hidden));
        using var theirs = nn.GRUCell(Input, Hidden);
        Tensor[] read = ours.get_parameter("input.weight")!.split(Hidden), bias = ours.get_parameter("input.bias")!.split(Hidden);
        Tensor[] gates = ours.get_parameter("gates.weight")!.split(Hidden);
        if (open)
            bias[1].fill_(100);
        theirs.get_parameter("weight_ih")!.copy_(cat([read[1], -read[0], read[2]]));
        theirs.get_parameter("bias_ih")!.copy_(cat([bias[1], -bias[0], bias[2]]));
        theirs.get_parameter("weight_hh")!.copy_(cat([gates[1], -gates[0], ours.get_parameter("candidate.weight")!]));
        theirs.get_parameter("bias_hh")!.zero_();
        Tensor input = Formula.Uniform("input", 2, Input), state = Formula.Uniform("state", 2, Hidden);
        double difference = (ours.Next(state, ours.Read(input)) - theirs.call(input, state)).abs().max().item<float>();
        if (open)
            Assert.IsLessThan(1e-6, difference);
        else
            Assert.IsGreaterThan(1e-2, difference);
    }

    [TestMethod]
    public void AStateThatDoesNotMoveStaysExactly()
    {
        using DisposeScope scope = NewDisposeScope();
        using var unit = Formula.Fill(new GatedUnit(Input, Hidden));
        Tensor state = Formula.Uniform("state", 2, Hidden);
        Tensor next = unit.Next(state, unit.Read(Formula.Uniform("input", 2, Input)), tensor(new float[] { 1, 0 }).unsqueeze(1));
        CollectionAssert.AreEqual(state[1].Values(), next[1].Values());
        Assert.IsGreaterThan(1e-3f, (next[0] - state[0]).abs().max().item<float>());
    }
}
