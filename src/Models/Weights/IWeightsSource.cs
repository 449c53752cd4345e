using static TorchSharp.torch;

namespace MLNetDeepExtensions.Weights;

/// <summary>A read-only set of named tensors whose names, types and shapes are known before any data is read.</summary>
/// <remarks>A source reads from one stream and is not safe for use by several threads at once.</remarks>
public interface IWeightsSource : IDisposable
{
    /// <summary>What errors call this source: usually the path of its file.</summary>
    string Name { get; }

    /// <summary>The tensors, names unique, in the order of the file.</summary>
    IReadOnlyList<TensorEntry> Entries { get; }

    /// <summary>What the file says about itself besides tensors; empty for formats without such a place.</summary>
    IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Reads a tensor on the CPU, with the type and shape of its entry.</summary>
    /// <param name="entry">One of <see cref="Entries"/>.</param>
    /// <exception cref="WeightsFormatException">The data cannot be read.</exception>
    Tensor Read(TensorEntry entry);

    /// <summary>Reads a tensor into one of the same shape, which keeps its type, device, strides and gradient setting.</summary>
    /// <param name="entry">One of <see cref="Entries"/>.</param>
    /// <param name="target">What is overwritten.</param>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    /// <exception cref="WeightsFormatException">The data cannot be read; the target may be overwritten in part.</exception>
    void ReadInto(TensorEntry entry, Tensor target);
}
