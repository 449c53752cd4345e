using static TorchSharp.torch;

namespace MLNetDeepExtensions.Detection;

/// <summary>Values of tensors in arrays.</summary>
internal static class ManagedCopy
{
    /// <summary>All values, row by row; none for a tensor without any.</summary>
    public static T[] Of<T>(Tensor x) where T : unmanaged
    {
        if (x.numel() == 0)
            return [];
        using var scope = NewDisposeScope();
        return x.cpu().contiguous().data<T>().ToArray();
    }
}
