using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Tests.Weights;

/// <summary>Files, streams and modules that the tests of this folder share.</summary>
internal static class WeightsSamples
{
    internal static readonly ScalarType[] AllTypes =
    [
        ScalarType.Float64, ScalarType.Float32, ScalarType.Float16, ScalarType.BFloat16, ScalarType.Int64,
        ScalarType.Int32, ScalarType.Int16, ScalarType.Int8, ScalarType.Byte, ScalarType.Bool,
    ];

    internal static string Golden(string file) => Path.Combine(AppContext.BaseDirectory, "golden", "weights", file);

    internal static nn.Module<Tensor, Tensor> Network(int outputs = 2) =>
        nn.Sequential(("conv", nn.Conv2d(3, outputs, 3)), ("norm", nn.BatchNorm2d(outputs)));

    /// <summary>A safetensors file with any header, true or not.</summary>
    internal static byte[] Safetensors(string header, int dataLength, ulong? claimedLength = null)
    {
        byte[] json = Encoding.UTF8.GetBytes(header), file = new byte[8 + json.Length + dataLength];
        BinaryPrimitives.WriteUInt64LittleEndian(file, claimedLength ?? (ulong)json.Length);
        json.CopyTo(file, 8);
        return file;
    }

    /// <summary>An archive as torch.save writes it, with any pickle.</summary>
    internal static byte[] Checkpoint(byte[] pickle, params (string Name, byte[] Content)[] members)
    {
        using var file = new MemoryStream();
        using (var zip = new ZipArchive(file, ZipArchiveMode.Create))
            foreach (var (name, content) in members.Prepend(("data.pkl", pickle)))
            {
                using var member = zip.CreateEntry("archive/" + name, CompressionLevel.NoCompression).Open();
                member.Write(content);
            }
        return file.ToArray();
    }

    /// <summary>Pickle operations: every character is a byte.</summary>
    internal static byte[] Pickle(string operations) => Encoding.Latin1.GetBytes(operations);

    /// <summary>Operations that push a text.</summary>
    internal static string PickledText(string text) => $"\u008c{(char)text.Length}{text}";

    /// <summary>Operations that push a tensor of Float32 over an archive member of data/.</summary>
    internal static string PickledTensor(int storageCount, int offset, int[] shape, int[] strides, string storage = "0", string type = "Float") =>
        $"ctorch._utils\n_rebuild_tensor_v2\n(({PickledText("storage")}ctorch\n{type}Storage\n{PickledText(storage)}{PickledText("cpu")}{Int(storageCount)}tQ"
        + $"{Int(offset)}({string.Concat(shape.Select(Int))}t({string.Concat(strides.Select(Int))}t\u0089NtR";

    static string Int(int value) =>
        $"J{(char)(value & 255)}{(char)((value >> 8) & 255)}{(char)((value >> 16) & 255)}{(char)((value >> 24) & 255)}";
}

/// <summary>A stream that can only be read once, in small portions, like one that comes out of a network or an archive.</summary>
internal sealed class OneWayStream(byte[] content) : Stream
{
    int _position;

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(byte[] buffer, int offset, int count)
    {
        int read = Math.Min(Math.Min(count, 37), content.Length - _position);
        content.AsSpan(_position, read).CopyTo(buffer.AsSpan(offset));
        _position += read;
        return read;
    }

    public override void Flush() => throw new NotSupportedException();
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
