using System.Buffers.Binary;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Weights;

/// <summary>A tensor in a Darknet file, which itself says nothing about its content.</summary>
/// <param name="Name">What the network calls it.</param>
/// <param name="Shape">Its shape in the network.</param>
/// <param name="IsConnection">Whether it holds the weights of a fully connected layer [outputs, inputs], which files of 2015 store
/// transposed.</param>
internal sealed record DarknetTensor(string Name, long[] Shape, bool IsConnection = false)
{
    /// <summary>For each row of the network's tensor, the row of the file's; null where they agree.</summary>
    public long[]? Rows { get; init; }

    public long ElementCount => Shape.Aggregate(1L, (product, extent) => product * extent);
}

/// <summary>
/// Reads Darknet's <c>.weights</c>: a header of 16 or 20 bytes, then the numbers of every layer in the order of the network, without
/// names or shapes. The length is checked before anything is read.
/// </summary>
internal sealed class DarknetFile : IWeightsSource
{
    private const int ShortHeader = 16, LongHeader = 20;

    private readonly Stream stream;
    private readonly bool isTransposed;
    private readonly Dictionary<TensorEntry, (DarknetTensor Tensor, long Start)> places = [];

    /// <param name="stream">The file, positioned at its start; owned.</param>
    /// <param name="name">What errors call it.</param>
    /// <param name="layouts">What the file may hold; the one of its length is taken.</param>
    /// <exception cref="WeightsFormatException">The length is that of none of the layouts.</exception>
    public DarknetFile(Stream stream, string name, params IReadOnlyList<(string Description, IReadOnlyList<DarknetTensor> Tensors)> layouts)
    {
        (this.stream, Name) = (stream, name);
        long start = ReadHeader(out isTransposed);
        long[] lengths = [.. layouts.Select(layout => start + sizeof(float) * layout.Tensors.Sum(tensor => tensor.ElementCount))];
        int found = Array.IndexOf(lengths, stream.Length);
        if (found < 0)
            throw new WeightsFormatException(name, null, $"expected safetensors, a file written by torch.save, or Darknet weights of "
                + $"{string.Join(", or ", layouts.Zip(lengths, (layout, length) => $"{layout.Description} ({length} bytes)"))}; found {stream.Length} bytes.");
        foreach (DarknetTensor tensor in layouts[found].Tensors)
        {
            places.Add(new TensorEntry(tensor.Name, ScalarType.Float32, tensor.Shape), (tensor, start));
            start += sizeof(float) * tensor.ElementCount;
        }
        Entries = [.. places.Keys];
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public IReadOnlyList<TensorEntry> Entries { get; }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> Metadata { get; } = new Dictionary<string, string>();

    /// <inheritdoc/>
    public Tensor Read(TensorEntry entry)
    {
        using DisposeScope scope = NewDisposeScope();
        (DarknetTensor tensor, long start) = places[entry];
        bool transposed = isTransposed && tensor.IsConnection;
        Tensor stored = empty(transposed ? [.. tensor.Shape.Reverse()] : tensor.Shape);
        stream.Position = start;
        TensorBytes.ReadInto(stored, stream, ScalarType.Float32);
        Tensor result = transposed ? stored.t().contiguous() : stored;
        return (tensor.Rows is null ? result : result.index_select(0, torch.tensor(tensor.Rows))).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void ReadInto(TensorEntry entry, Tensor target)
    {
        TensorShape.CheckTarget(entry, target);
        using DisposeScope scope = NewDisposeScope();
        using IDisposable constant = no_grad();
        target.copy_(Read(entry));
    }

    /// <inheritdoc/>
    public void Dispose() => stream.Dispose();

    /// <summary>Version and the number of images seen, of 4 bytes before version 0.2 and of 8 since. Files of 2015 begin with the training's
    /// rate, momentum and decay instead, which are huge when read as whole numbers.</summary>
    /// <returns>Where the weights start.</returns>
    private long ReadHeader(out bool transposed)
    {
        Span<byte> header = stackalloc byte[ShortHeader];
        transposed = false;
        if (stream.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) < header.Length)
            return ShortHeader;
        int major = BinaryPrimitives.ReadInt32LittleEndian(header), minor = BinaryPrimitives.ReadInt32LittleEndian(header[4..]);
        transposed = major > 1000 || minor > 1000;
        return !transposed && major * 10L + minor >= 2 ? LongHeader : ShortHeader;
    }
}
