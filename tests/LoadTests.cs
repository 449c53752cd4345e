namespace MLNetDeepExtensions.Tests;

[TestClass]
public sealed class LoadTests
{
    [TestMethod]
    public void TorchLoads() => Assert.AreEqual(3f, TorchSharp.torch.ones(3).sum().item<float>());
}
