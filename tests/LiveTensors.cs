using static TorchSharp.torch;

namespace MLNetDeepExtensions.Tests;

/// <summary>Tensors of this process that are neither disposed nor garbage.</summary>
internal static class LiveTensors
{
    public static long Count()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return Tensor.TotalCount;
    }
}
