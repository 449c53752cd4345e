using MLNetDeepExtensions.Backend;

namespace MLNetDeepExtensions.Tests;

[TestClass]
public static class TestRun
{
    /// <summary>As ML.NET's ways in do; some tests use networks directly.</summary>
    [AssemblyInitialize]
    public static void LoadTorch(TestContext context) => TorchRuntime.EnsureLoaded();
}
