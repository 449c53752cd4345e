using System.Buffers.Binary;
using System.Text.Json;

namespace MLNetDeepExtensions.Weights;

/// <summary>A tensor of a safetensors file and the bytes of the data section that hold it.</summary>
internal sealed record SafetensorsEntry(TensorEntry Tensor, long Begin, long End);

/// <summary>The checked header of a safetensors file: nothing in it is used before it has proved consistent.</summary>
internal sealed class SafetensorsHeader
{
    internal const int MaxLength = 100_000_000;
    internal const string MetadataName = "__metadata__";

    const int FirstPart = 1 << 16;

    readonly string _source;

    SafetensorsHeader(string source, JsonElement root)
    {
        _source = source;
        Entries = [.. root.EnumerateObject().Where(p => p.Name != MetadataName).Select(ReadEntry).OrderBy(e => e.Begin).ThenBy(e => e.End)];
        Metadata = root.TryGetProperty(MetadataName, out JsonElement metadata) ? ReadMetadata(metadata) : [];
        CheckThereAreNoGaps();
    }

    /// <summary>The tensors in the order of their data.</summary>
    internal SafetensorsEntry[] Entries { get; }

    internal Dictionary<string, string> Metadata { get; }

    internal long DataLength => Entries.Length == 0 ? 0 : Entries[^1].End;

    /// <summary>Reads the header from the start of a file and leaves the stream at the first byte of data.</summary>
    internal static SafetensorsHeader Read(Stream stream, string source)
    {
        long? remaining = stream.CanSeek ? stream.Length - stream.Position : null;
        byte[] json = ReadJson(stream, source, remaining);
        var header = Parse(json, source);
        long expected = sizeof(ulong) + json.LongLength + header.DataLength;
        return remaining is null || remaining == expected
            ? header
            : throw new WeightsFormatException(source, null, $"the header describes a file of {expected} bytes, found {remaining}.");
    }

    static byte[] ReadJson(Stream stream, string source, long? remaining)
    {
        byte[] prefix = ReadPart(stream, sizeof(ulong), source);
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (length is < 2 or > MaxLength)
            throw HeaderFault(source, $"expected a length of 2 to {MaxLength} bytes, found {length}.");
        if (remaining is not null && length > (ulong)remaining - sizeof(ulong))
            throw HeaderFault(source, $"claims {length} bytes where the file has {remaining - sizeof(ulong)} left.");
        return ReadPart(stream, (int)length, source);
    }

    // Grows with what really arrives: a stream of unknown length may claim more than it has.
    static byte[] ReadPart(Stream stream, int length, string source)
    {
        var bytes = new byte[Math.Min(length, FirstPart)];
        for (int filled = 0; ; Array.Resize(ref bytes, (int)Math.Min(length, 2L * bytes.Length)))
        {
            filled += stream.ReadAtLeast(bytes.AsSpan(filled), bytes.Length - filled, throwOnEndOfStream: false);
            if (filled < bytes.Length)
                throw HeaderFault(source, $"expected {length} bytes, found {filled}: the file is truncated or not a safetensors file.");
            if (filled == length)
                return bytes;
        }
    }

    static SafetensorsHeader Parse(byte[] json, string source)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = 4 });
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? new(source, document.RootElement)
                : throw HeaderFault(source, $"expected a JSON object, found {document.RootElement.ValueKind}.");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new WeightsFormatException(source, "header", $"is not valid JSON: {e.Message}", e);
        }
    }

    SafetensorsEntry ReadEntry(JsonProperty property)
    {
        string name = property.Name;
        JsonElement value = property.Value;
        if (value.ValueKind != JsonValueKind.Object)
            throw Fault(name, $"expected an object with dtype, shape and data_offsets, found {value.ValueKind}.");
        foreach (JsonProperty field in value.EnumerateObject())
            if (field.Name is not ("dtype" or "shape" or "data_offsets"))
                throw Fault(name, $"expected dtype, shape and data_offsets, found '{field.Name}'.");

        ElementType type = ReadType(name, value);
        long[] shape = ReadNumbers(name, value, "shape");
        if (!TensorShape.IsPossible(shape, type.Size, out long byteCount))
            throw Fault(name, $"no tensor can have the shape {TensorShape.Format(shape)}.");
        if (ReadNumbers(name, value, "data_offsets") is not [long begin, long end])
            throw Fault(name, "expected data_offsets of two numbers.");
        if (begin < 0 || end < begin || end - begin != byteCount)
            throw Fault(name, $"expected data_offsets {byteCount} bytes apart for {type.SafetensorsName} {TensorShape.Format(shape)}, "
                + $"found [{begin}, {end}].");
        return new(new(name, type.Scalar, shape), begin, end);
    }

    ElementType ReadType(string name, JsonElement value)
    {
        if (!value.TryGetProperty("dtype", out JsonElement dtype) || dtype.ValueKind != JsonValueKind.String)
            throw Fault(name, "expected dtype to be a string.");
        return ElementType.BySafetensorsName(dtype.GetString())
            ?? throw Fault(name, $"the dtype '{dtype.GetString()}' is not one that TorchSharp can hold.");
    }

    long[] ReadNumbers(string name, JsonElement value, string property)
    {
        if (!value.TryGetProperty(property, out JsonElement array) || array.ValueKind != JsonValueKind.Array)
            throw Fault(name, $"expected {property} to be an array.");
        return [.. array.EnumerateArray().Select(item => item.ValueKind == JsonValueKind.Number && item.TryGetInt64(out long number)
            ? number
            : throw Fault(name, $"expected whole numbers in {property}, found {item.GetRawText()}."))];
    }

    Dictionary<string, string> ReadMetadata(JsonElement metadata)
    {
        if (metadata.ValueKind != JsonValueKind.Object)
            throw Fault(MetadataName, $"expected an object of strings, found {metadata.ValueKind}.");
        return metadata.EnumerateObject().ToDictionary(p => p.Name, p => p.Value.ValueKind == JsonValueKind.String
            ? p.Value.GetString()!
            : throw Fault(MetadataName, $"expected '{p.Name}' to be a string, found {p.Value.ValueKind}."));
    }

    void CheckThereAreNoGaps()
    {
        long expected = 0;
        foreach (var (tensor, begin, end) in Entries)
        {
            if (begin != expected)
                throw Fault(tensor.Name, $"expected its data to begin at {expected}, where the tensor before it ends, found {begin}.");
            expected = end;
        }
    }

    static WeightsFormatException HeaderFault(string source, string fault) => new(source, "header", fault);

    WeightsFormatException Fault(string name, string fault) => new(_source, name, fault);
}
