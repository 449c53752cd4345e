using MLNetDeepExtensions.Blocks;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Tests;

[TestClass]
public sealed class SqueezeExcitationTests
{
    private readonly DisposeScope scope = NewDisposeScope();

    [TestCleanup]
    public void Free() => scope.Dispose();

    [TestMethod]
    public void AWorkedExampleComesOut()
    {
        using var block = new SqueezeExcitation(channels: 4, hidden: 2, biases: false);
        using (no_grad())
        {
            block.get_parameter("fc1.weight")!.copy_(tensor(new[] { 0.5f, -0.25f, 0.25f, 0, 0, 0.5f, -0.5f, 0.25f }).view(2, 4, 1, 1));
            block.get_parameter("fc2.weight")!.copy_(tensor(new[] { 1f, 0, 0, 1, 1, 1, -1, 1 }).view(4, 2, 1, 1));
        }
        var x = arange(1, 17, dtype: ScalarType.Float32).view(1, 4, 2, 2) / 8;
        float[] expected = [0.5699f, 0.5506f, 0.6188f, 0.4805f];
        var y = block.call(x);
        TensorGolden.AreClose(expected, (y / x).mean([2, 3]).Values(), 1e-4);
        Assert.AreEqual(9.2339, y.sum().item<float>(), 1e-4);
        using var recording = new ExcitationRecording();
        block.call(x);
        TensorGolden.AreClose(expected, recording[block].Values(), 1e-4);
    }

    [TestMethod]
    [DataRow(64, 16, 1, 4)]
    [DataRow(64, 16, 8, 8)]
    [DataRow(2048, 16, 8, 128)]
    [DataRow(1056, 16, 1, 66)]
    [DataRow(1056, 16, 8, 64)]
    [DataRow(320, 16, 8, 24)]
    [DataRow(8, 16, 1, 1)]
    public void TheHiddenWidthIsRoundedAsTheOptionsSay(int channels, int reduction, int multiple, int expected) =>
        Assert.AreEqual(expected, new SqueezeExcitationOptions { Reduction = reduction, HiddenMultiple = multiple }.Hidden(channels));

    [TestMethod]
    public void TheMeanOverALargeMapIsExactInBFloat16()
    {
        using var block = new SqueezeExcitation(1, 1);
        using (no_grad())
            foreach (var parameter in block.parameters())
                parameter.fill_(1);
        var x = ones(1, 1, 112, 112, dtype: ScalarType.BFloat16);
        block.to(ScalarType.BFloat16);
        var y = block.call(x);
        Assert.AreEqual(ScalarType.BFloat16, y.dtype);
        Assert.AreEqual(1 / (1 + Math.Exp(-3)), y[0, 0, 0, 0].to(ScalarType.Float32).item<float>(), 0.005);
    }

    [TestMethod]
    public void OnlyTheThreadThatRecordsIsRecorded()
    {
        using var block = new SqueezeExcitation(2, 1);
        using var recording = new ExcitationRecording();
        var x = rand(1, 2, 3, 3);
        var other = new Thread(() => block.call(x).Dispose());
        other.Start();
        other.Join();
        Assert.ThrowsExactly<KeyNotFoundException>(() => recording[block]);
        using (var inner = new ExcitationRecording())
            block.call(x);
        Assert.ThrowsExactly<KeyNotFoundException>(() => recording[block]);
        block.call(x);
        Assert.AreEqual(2, recording[block].numel());
    }
}
