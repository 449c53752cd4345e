using MLNetDeepExtensions.Blocks;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Tests;

[TestClass]
public sealed class ConditionalBatchNormalisationTests
{
    private readonly DisposeScope scope = NewDisposeScope();

    [TestCleanup]
    public void Free() => scope.Dispose();

    [TestMethod]
    public void ThatOfEachClassIsBatchNormalisationWithItsFactors()
    {
        using ConditionalBatchNormalisation conditional = Formula.Fill(new ConditionalBatchNormalisation(3, 4));
        using var plain = new BatchNormalisation(4);
        Tensor x_NCHW = Formula.Uniform("x", 6, 4, 5, 5), classes_N = tensor(new long[] { 2, 0, 1, 2, 2, 0 });
        using var constant = no_grad();
        plain.get_buffer("running_mean")!.copy_(conditional.get_buffer("running_mean")!);
        plain.get_buffer("running_var")!.copy_(conditional.get_buffer("running_var")!);
        foreach (bool isTraining in new[] { true, false })
        {
            conditional.train(isTraining);
            plain.train(isTraining);
            Tensor expected = plain.call(x_NCHW) * conditional.get_parameter("weight")!.index_select(0, classes_N).view(6, 4, 1, 1)
                + conditional.get_parameter("bias")!.index_select(0, classes_N).view(6, 4, 1, 1);
            TensorGolden.AreClose(expected.Values(), conditional.call(x_NCHW, classes_N).Values(), 1e-5);
            TensorGolden.AreClose(plain.get_buffer("running_var")!.Values(), conditional.get_buffer("running_var")!.Values(), 1e-6);
        }
    }
}
