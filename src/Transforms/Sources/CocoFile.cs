using System.Text.Json;
using System.Text.Json.Serialization;

namespace MLNetDeepExtensions.Sources;

/// <summary>The part of COCO's JSON format that tells of boxes; outlines and everything else is read over without being kept.</summary>
internal sealed class CocoFile
{
    /// <summary>COCO's own largest file has 0.5 GB.</summary>
    const long MaxBytes = 4L * 1024 * 1024 * 1024;

    static readonly JsonSerializerOptions Format = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new FlagConverter() },
    };

    public List<CocoImage?>? Images { get; init; }
    public List<CocoAnnotation?>? Annotations { get; init; }
    public List<CocoCategory?>? Categories { get; init; }

    /// <exception cref="AnnotationFault">The file is not JSON, too large, or lacks a list.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static CocoFile Read(string path)
    {
        using FileStream stream = File.OpenRead(path);
        if (stream.Length > MaxBytes)
            throw new AnnotationFault(path, null, $"it has {stream.Length} bytes, more than the {MaxBytes} that are read");
        try
        {
            CocoFile? file = JsonSerializer.Deserialize<CocoFile>(stream, Format);
            return file is { Images: not null, Annotations: not null, Categories: not null }
                ? file
                : throw new AnnotationFault(path, null, "expected an object with the lists 'images', 'annotations' and 'categories'");
        }
        catch (JsonException fault)
        {
            throw new AnnotationFault(path, $"line {fault.LineNumber + 1}", fault.Message, fault);
        }
    }

    /// <summary>Some programs write false and true for 0 and 1.</summary>
    sealed class FlagConverter : JsonConverter<bool>
    {
        public override bool Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.Number ? reader.GetDouble() != 0 : reader.GetBoolean();

        public override void Write(Utf8JsonWriter writer, bool value, JsonSerializerOptions options) => writer.WriteBooleanValue(value);
    }
}

/// <summary>An image of COCO's format; size in pixels.</summary>
internal sealed record CocoImage(long Id, string? FileName, double Width, double Height);

/// <summary>A class of COCO's format.</summary>
internal sealed record CocoCategory(long Id, string? Name);

/// <summary>An object of COCO's format; its box is x y width height in pixels.</summary>
internal sealed record CocoAnnotation(
    long Id, long ImageId, long CategoryId, double[]? Bbox, double? Area,
    [property: JsonPropertyName("iscrowd")] bool IsCrowd);
