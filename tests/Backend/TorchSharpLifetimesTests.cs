using System.Diagnostics;
using System.Reflection;
using TorchSharp;

namespace MLNetDeepExtensions.Tests.Backend;

[TestClass]
public sealed class TorchSharpLifetimesTests
{
    /// <summary>See build/TorchSharpLifetimes.targets: an optimised TorchSharp frees scalars that libtorch is reading.</summary>
    [TestMethod]
    public void TorchSharpIsMarkedSoThatItsArgumentsStayAlive() =>
        Assert.IsTrue(typeof(torch).Assembly.GetCustomAttribute<DebuggableAttribute>()!.IsJITOptimizerDisabled);
}
