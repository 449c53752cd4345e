using static TorchSharp.torch;

namespace MLNetDeepExtensions.Weights;

/// <summary>What is checked and said about shapes that come from files.</summary>
internal static class TensorShape
{
    /// <summary>The most dimensions that libtorch's element-wise operations take.</summary>
    const int MaxRank = 64;

    internal static string Format(IEnumerable<long> shape) => $"[{string.Join(", ", shape)}]";

    /// <summary>True if libtorch can hold such a tensor at all; <paramref name="byteCount"/> is then its size.</summary>
    internal static bool IsPossible(IReadOnlyList<long> shape, int elementSize, out long byteCount)
    {
        byteCount = 0;
        if (shape.Count > MaxRank || shape.Any(extent => extent < 0))
            return false;

        // Strides are computed even where an extent is zero, so the other extents must not overflow either.
        Int128 bytes = elementSize;
        foreach (long extent in shape)
        {
            bytes *= Math.Max(extent, 1);
            if (bytes > long.MaxValue)
                return false;
        }
        byteCount = shape.Contains(0) ? 0 : (long)bytes;
        return true;
    }

    /// <summary>Strides of a row-major tensor, in elements.</summary>
    internal static long[] RowMajorStrides(IReadOnlyList<long> shape)
    {
        var strides = new long[shape.Count];
        long stride = 1;
        for (int i = shape.Count - 1; i >= 0; i--)
        {
            strides[i] = stride;
            stride *= Math.Max(shape[i], 1);
        }
        return strides;
    }

    internal static void CheckTarget(TensorEntry entry, Tensor target)
    {
        if (!target.shape.SequenceEqual(entry.Shape))
            throw new ArgumentException(
                $"{entry.Name} has shape {Format(entry.Shape)}, its target {Format(target.shape)}.", nameof(target));
    }
}
