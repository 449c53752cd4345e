using MLNetDeepExtensions.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Tests.Weights;

[TestClass]
[DoNotParallelize]
public sealed class WeightsMemoryTests
{
    const long Budget = 4 << 20;

    readonly string _path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

    [TestCleanup]
    public void RemoveFile() => File.Delete(_path);

    [TestMethod]
    public void SixtyFourMegabytesPassThroughFour()
    {
        using var network = nn.Linear(4096, 4096, hasBias: false);
        long before = GC.GetAllocatedBytesForCurrentThread();

        network.SaveWeights(_path);
        network.LoadWeights(_path);

        Assert.IsLessThan(Budget, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.IsGreaterThan(64L << 20, new FileInfo(_path).Length);
    }

    [TestMethod]
    public void NoTensorIsLeftBehind()
    {
        using var network = WeightsSamples.Network();
        using var scope = NewDisposeScope();
        long before = LiveTensors();

        network.SaveWeights(_path);
        network.LoadWeights(_path);
        network.LoadWeights(WeightsSamples.Golden("wrapped.pth"));
        ReadAll(WeightsSamples.Golden("small.pth"));
        ReadAll(WeightsSamples.Golden("small.safetensors"));

        Assert.AreEqual(before, LiveTensors());
    }

    [TestMethod]
    public void AFailedReadLeavesNoTensorBehind()
    {
        byte[] file = File.ReadAllBytes(WeightsSamples.Golden("small.safetensors"));
        using var reader = new SafetensorsReader(new OneWayStream(file[..^8]));
        using var scope = NewDisposeScope();
        long before = LiveTensors();

        Assert.ThrowsExactly<WeightsFormatException>(() =>
        {
            foreach (var entry in reader.Entries)
                reader.Read(entry).Dispose();
        });

        Assert.AreEqual(before, LiveTensors());
    }

    static void ReadAll(string path)
    {
        using var source = WeightsFile.Open(path);
        foreach (var entry in source.Entries)
            source.Read(entry).Dispose();
    }

    // Tensors that earlier tests dropped must not be collected in between.
    static long LiveTensors()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return Tensor.TotalCount;
    }
}
