using MLNetDeepExtensions.Blocks;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Tests;

/// <summary>The device "meta", whose tensors have no numbers, stands for a GPU.</summary>
[TestClass]
public sealed class ConstantTensorTests
{
    [TestMethod]
    public void InMainMemoryTheTensorItselfIsUsed()
    {
        Tensor value = tensor([1f, 2f]);
        using var constant = new ConstantTensor(value);

        Assert.AreSame(value, constant.On(CPU));
    }

    [TestMethod]
    public void OnAnotherDeviceOneCopyServesAllCalls()
    {
        using var constant = new ConstantTensor(tensor([1f, 2f]));
        Tensor first;
        using (NewDisposeScope())
            first = constant.On(META);

        Assert.AreEqual(DeviceType.META, first.device_type);
        Assert.AreSame(first, constant.On(META));
    }

    [TestMethod]
    public void ACopyMadeInPredictionCanTakePartInTraining()
    {
        using var constant = new ConstantTensor(tensor([1f, 2f]));
        using (inference_mode())
            constant.On(META);

        using Tensor weight = ones([2], device: META, requires_grad: true);
        using Tensor product = weight * constant.On(META);

        Assert.IsTrue(product.requires_grad);
    }

    [TestMethod]
    public void TheCopyIsDisposedOfToo()
    {
        long before = LiveTensors.Count();
        var constant = new ConstantTensor(tensor([1f, 2f]));
        constant.On(META);

        constant.Dispose();

        Assert.AreEqual(before, LiveTensors.Count());
    }
}
