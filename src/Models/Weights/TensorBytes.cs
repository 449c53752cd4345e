using System.Buffers;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Weights;

/// <summary>Moves the values of tensors to and from streams as little-endian, row-major bytes, a small part at a time.</summary>
internal static class TensorBytes
{
    // Spans end at 2 GB, and streams that know no spans rent a buffer of the size that they are given.
    const int PartSize = 1 << 20;

    internal static void Write(Tensor tensor, Stream stream)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        ForEachPart(tensor.detach().cpu().contiguous(), part => stream.Write(part.bytes));
    }

    /// <summary>Fills a tensor of any layout, type and device from values stored as <paramref name="stored"/>.</summary>
    /// <exception cref="EndOfStreamException">The stream holds fewer bytes.</exception>
    internal static void ReadInto(Tensor target, Stream stream, ScalarType stored)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        // A bool whose byte is neither 0 nor 1 is undefined behaviour in libtorch; copying from bytes makes it 1.
        ScalarType transferred = stored == ScalarType.Bool ? ScalarType.Byte : stored;
        bool inPlace = target.dtype == transferred && target.device_type == DeviceType.CPU && target.is_contiguous();
        Tensor bytes = inPlace ? target.detach() : empty(target.shape, dtype: transferred, device: CPU);
        ForEachPart(bytes, part => stream.ReadExactly(part.bytes));
        if (!inPlace)
            target.copy_(bytes);
    }

    static void ForEachPart(Tensor contiguous, Action<Tensor> move)
    {
        long count = contiguous.NumberOfElements, partCount = PartSize / contiguous.ElementSize;
        using var flat = contiguous.view(-1);
        for (long start = 0; start < count; start += partCount)
        {
            using var part = flat.narrow(0, start, Math.Min(partCount, count - start));
            move(part);
        }
    }

    /// <summary>Reads over bytes of a stream that cannot seek.</summary>
    /// <exception cref="EndOfStreamException">The stream holds fewer bytes.</exception>
    internal static void Skip(Stream stream, long count)
    {
        byte[] discarded = ArrayPool<byte>.Shared.Rent(PartSize);
        for (; count > 0; count -= Math.Min(count, discarded.Length))
            stream.ReadExactly(discarded, 0, (int)Math.Min(count, discarded.Length));
        ArrayPool<byte>.Shared.Return(discarded);
    }
}
