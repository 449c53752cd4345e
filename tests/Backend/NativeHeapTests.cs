using MLNetDeepExtensions.Backend;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Tests.Backend;

[TestClass]
public sealed class NativeHeapTests
{
    private const long Blocks = 16, BlockSize = 20L << 20, Half = Blocks * BlockSize / 2;

    [TestMethod]
    public void MemoryOfFreedTensorsIsThereAgainOnceItIsGivenBack()
    {
        if (!OperatingSystem.IsLinux())
            Assert.Inconclusive("About glibc.");
        NativeHeap.GiveBack();
        long before = Resident();
        using (NewDisposeScope())
        {
            for (int i = 0; i < Blocks; i++)
                ones(BlockSize, ScalarType.Byte);
            Assert.IsGreaterThan(before + Half, Resident());
        }
        NativeHeap.GiveBack();

        Assert.IsLessThan(before + Half, Resident());
    }

    private static long Resident()
    {
        const long PageSize = 4096;
        return long.Parse(File.ReadAllText("/proc/self/statm").Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture) * PageSize;
    }
}
