using System.Buffers.Binary;
using System.Text.Encodings.Web;
using System.Text.Json;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Weights;

/// <summary>Writes named tensors in the safetensors format: equal input gives equal bytes.</summary>
/// <remarks>
/// The file holds an eight-byte little-endian header length, a JSON header padded to a multiple of eight bytes, and the data of the
/// tensors, row-major without gaps. Wider element types come first, otherwise the given order is kept: so every tensor is aligned to
/// its element size, which readers that map the file into memory rely on.
/// </remarks>
public sealed class SafetensorsWriter
{
    const int Alignment = 8;

    readonly (string Name, Tensor Tensor, ElementType Type)[] _tensors;
    readonly byte[] _header;

    /// <summary>Lays the file out; nothing is copied, so the tensors must live and stay unchanged until they are written.</summary>
    /// <param name="tensors">Names and tensors of any layout, on any device.</param>
    /// <param name="metadata">What else the file says about itself; written in the order of its keys.</param>
    /// <exception cref="ArgumentException">A name is repeated or reserved, or an element type has no place in the format.</exception>
    public SafetensorsWriter(IEnumerable<KeyValuePair<string, Tensor>> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        var given = tensors.Select(pair => (pair.Key, pair.Value, Type: TypeOf(pair.Key, pair.Value)));
        _tensors = [.. given.OrderByDescending(item => item.Type.Size)];
        CheckNames();
        byte[] json = Json(metadata ?? new Dictionary<string, string>());
        _header = Framed(json);
        Length = _header.Length + _tensors.Sum(ByteCount);
    }

    /// <summary>Length of the whole file in bytes.</summary>
    public long Length { get; }

    /// <summary>Writes the file to a stream, which need not be seekable and stays open.</summary>
    public void WriteTo(Stream stream)
    {
        stream.Write(_header);
        foreach (var (_, tensor, _) in _tensors)
            TensorBytes.Write(tensor, stream);
    }

    static ElementType TypeOf(string name, Tensor tensor) =>
        ElementType.Of(tensor.dtype)
        ?? throw new ArgumentException($"{name}: element type {tensor.dtype} cannot be written as safetensors.");

    static long ByteCount((string Name, Tensor Tensor, ElementType Type) item) => item.Tensor.NumberOfElements * item.Type.Size;

    void CheckNames()
    {
        var seen = new HashSet<string>();
        foreach (var (name, _, _) in _tensors)
        {
            if (name == SafetensorsHeader.MetadataName)
                throw new ArgumentException($"The tensor name '{name}' is reserved.");
            if (!seen.Add(name))
                throw new ArgumentException($"The tensor name '{name}' is given twice.");
        }
    }

    byte[] Json(IReadOnlyDictionary<string, string> metadata)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            WriteMetadata(json, metadata);
            WriteEntries(json);
            json.WriteEndObject();
        }
        return buffer.ToArray();
    }

    static void WriteMetadata(Utf8JsonWriter json, IReadOnlyDictionary<string, string> metadata)
    {
        if (metadata.Count == 0)
            return;
        json.WriteStartObject(SafetensorsHeader.MetadataName);
        foreach (var (key, value) in metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            json.WriteString(key, value);
        json.WriteEndObject();
    }

    void WriteEntries(Utf8JsonWriter json)
    {
        long begin = 0;
        foreach (var item in _tensors)
        {
            long end = begin + ByteCount(item);
            json.WriteStartObject(item.Name);
            json.WriteString("dtype", item.Type.SafetensorsName);
            WriteNumbers(json, "shape", item.Tensor.shape);
            WriteNumbers(json, "data_offsets", [begin, end]);
            json.WriteEndObject();
            begin = end;
        }
    }

    static void WriteNumbers(Utf8JsonWriter json, string name, long[] numbers)
    {
        json.WriteStartArray(name);
        foreach (long number in numbers)
            json.WriteNumberValue(number);
        json.WriteEndArray();
    }

    static byte[] Framed(byte[] json)
    {
        int padded = (json.Length + Alignment - 1) / Alignment * Alignment;
        if (padded > SafetensorsHeader.MaxLength)
            throw new ArgumentException($"Names and metadata need a header of {padded} bytes, more than {SafetensorsHeader.MaxLength}.");
        var framed = new byte[sizeof(ulong) + padded];
        framed.AsSpan().Fill((byte)' ');
        BinaryPrimitives.WriteUInt64LittleEndian(framed, (ulong)padded);
        json.CopyTo(framed, sizeof(ulong));
        return framed;
    }
}
