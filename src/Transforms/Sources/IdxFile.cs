using System.Buffers.Binary;
using System.IO.Compression;

namespace MLNetDeepExtensions.Sources;

/// <summary>A file in MNIST's IDX format: an array of bytes with its sizes, plain or compressed by gzip.</summary>
/// <param name="Sizes">The length of each axis.</param>
/// <param name="Items">The bytes, last axis fastest.</param>
internal sealed record IdxFile(int[] Sizes, byte[] Items)
{
    private const byte UnsignedByte = 8;

    /// <summary>What deflate can make of a byte at most: a header that promises more lies.</summary>
    private const long LargestExpansion = 1032;

    /// <summary>Reads a file, which the content tells to be compressed or not.</summary>
    /// <param name="path">The file.</param>
    /// <param name="axes">Axes that the array must have.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="AnnotationFault">The file is of another kind, truncated or too long.</exception>
    public static IdxFile Read(string path, int axes)
    {
        using FileStream file = File.OpenRead(path);
        bool isCompressed = file.ReadByte() == 0x1f && file.ReadByte() == 0x8b;
        file.Position = 0;
        using Stream content = isCompressed ? new GZipStream(file, CompressionMode.Decompress) : file;
        try
        {
            return Read(content, path, axes, longest: file.Length * (isCompressed ? LargestExpansion : 1));
        }
        catch (Exception exception) when (exception is EndOfStreamException or InvalidDataException)
        {
            throw new AnnotationFault(path, null, exception is EndOfStreamException ? "it is truncated" : exception.Message, exception);
        }
    }

    private static IdxFile Read(Stream content, string path, int axes, long longest)
    {
        var header = new byte[4 + 4 * axes];
        content.ReadExactly(header.AsSpan(0, 4));
        if (header is not [0, 0, UnsignedByte, var found, ..] || found != axes)
            throw new AnnotationFault(path, null,
                $"expected an IDX file of bytes with {axes} axes, which begins with 0000080{axes}, found {Convert.ToHexString(header.AsSpan(0, 4))}");
        content.ReadExactly(header.AsSpan(4));
        int[] sizes = [.. Enumerable.Range(1, axes).Select(axis => BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(4 * axis)))];
        string shape = string.Join(" x ", sizes);
        if (sizes.Any(size => size <= 0) || sizes.Aggregate(1.0, (product, size) => product * size) > Array.MaxLength)
            throw new AnnotationFault(path, null, $"expected sizes above 0 of at most {Array.MaxLength} bytes in all, its header says {shape}");
        int length = sizes.Aggregate((product, size) => product * size);
        if (length > longest)
            throw new AnnotationFault(path, null, $"it is truncated: its header says {shape} bytes");
        byte[] items = GC.AllocateUninitializedArray<byte>(length);
        content.ReadExactly(items);
        return content.ReadByte() < 0
            ? new IdxFile(sizes, items)
            : throw new AnnotationFault(path, null, $"expected {shape} bytes as its header says, found more");
    }
}
