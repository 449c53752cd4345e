using MLNetDeepExtensions.Backend;
using TorchSharp;

namespace MLNetDeepExtensions.Tests;

[TestClass]
public static class TestRun
{
    [AssemblyInitialize]
    public static void Start(TestContext context) => PrepareTorch();

    /// <summary>Loads torch as ML.NET's ways in do, for tests that use networks directly, and lets it compute on one thread: test programs run side by
    /// side, and threads of several processes on few cores wait for each other longer than they work.</summary>
    internal static void PrepareTorch()
    {
        TorchRuntime.EnsureLoaded();
        torch.set_num_threads(1);
    }
}
