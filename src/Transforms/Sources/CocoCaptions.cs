using System.Text.Json;

namespace MLNetDeepExtensions.Sources;

/// <summary>The part of COCO's JSON format that tells of captions.</summary>
internal sealed class CocoCaptions
{
    private const long MaxBytes = 1L << 30;

    private static readonly JsonSerializerOptions Format = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public List<Image?>? Images { get; init; }
    public List<Annotation?>? Annotations { get; init; }

    internal sealed record Image(long Id, string? FileName);

    internal sealed record Annotation(long Id, long ImageId, string? Caption);

    /// <summary>The captions, ordered as their images are in the file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="bad">Takes captions of images that are not there.</param>
    /// <exception cref="AnnotationFault">The file is not of this format, or too large.</exception>
    public static IEnumerable<SourceCaption> Read(string path, FaultLog bad)
    {
        CocoCaptions file = Parse(path);
        ILookup<long, Annotation> byImage = file.Annotations!.OfType<Annotation>().ToLookup(annotation => annotation.ImageId);
        var ids = new HashSet<long>();
        foreach (Image image in file.Images!.OfType<Image>())
        {
            if (!ids.Add(image.Id))
                throw new AnnotationFault(path, $"image {image.Id}", "its id appears twice");
            foreach (Annotation annotation in byImage[image.Id])
                yield return new SourceCaption(image.FileName ?? "", annotation.Caption ?? "", $"annotation {annotation.Id}");
        }
        foreach (IGrouping<long, Annotation> orphans in byImage.Where(group => !ids.Contains(group.Key)))
            bad.Add(new AnnotationFault(path, $"annotation {orphans.First().Id}", $"there is no image {orphans.Key}"));
    }

    private static CocoCaptions Parse(string path)
    {
        using FileStream stream = File.OpenRead(path);
        if (stream.Length > MaxBytes)
            throw new AnnotationFault(path, null, $"it has {stream.Length} bytes, more than the {MaxBytes} that are read");
        try
        {
            CocoCaptions? file = JsonSerializer.Deserialize<CocoCaptions>(stream, Format);
            return file is { Images: not null, Annotations: not null }
                ? file
                : throw new AnnotationFault(path, null, "expected an object with the lists 'images' and 'annotations'");
        }
        catch (JsonException fault)
        {
            throw new AnnotationFault(path, $"line {fault.LineNumber + 1}", fault.Message, fault);
        }
    }
}
