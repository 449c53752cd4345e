using MLNetDeepExtensions.Detection;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Tests.Weights;

/// <summary>The beginnings of Darknet's files.</summary>
public enum DarknetHeader
{
    /// <summary>Version 0.1, images seen in 4 bytes.</summary>
    Short,

    /// <summary>Version 0.2, images seen in 8 bytes.</summary>
    Long,

    /// <summary>2015: rate, momentum, decay; the weights of fully connected layers are transposed.</summary>
    Rates,
}

/// <summary>Writes what Darknet writes.</summary>
internal static class DarknetSamples
{
    /// <summary>A network's numbers in Darknet's order, the planar result included.</summary>
    public static float[] Numbers(YoloNetwork network, DarknetHeader header)
    {
        Dictionary<string, Tensor> state = network.state_dict();
        return [.. YoloDarknetLayout.Whole(network.Options).Tensors.SelectMany(tensor =>
        {
            using DisposeScope scope = NewDisposeScope();
            using IDisposable constant = no_grad();
            Tensor value = state[tensor.Name];
            if (tensor.Rows is { } rows)
                value = empty_like(value).index_copy_(0, torch.tensor(rows), value);
            return (header == DarknetHeader.Rates && tensor.IsConnection ? value.t() : value).Values();
        })];
    }

    public static byte[] Bytes(DarknetHeader header, float[] numbers)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        if (header == DarknetHeader.Rates)
            foreach (float rate in (float[])[1e-3f, 0.9f, 5e-4f])
                writer.Write(rate);
        else
            foreach (int version in (int[])[0, header == DarknetHeader.Short ? 1 : 2, 0])
                writer.Write(version);
        if (header == DarknetHeader.Long)
            writer.Write(12345L);
        else
            writer.Write(12345);
        writer.Write(System.Runtime.InteropServices.MemoryMarshal.AsBytes(numbers.AsSpan()));
        return stream.ToArray();
    }
}
