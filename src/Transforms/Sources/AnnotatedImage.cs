using MLNetDeepExtensions.Detection;

namespace MLNetDeepExtensions.Sources;

/// <summary>An image with the objects that an annotation file says are in it.</summary>
internal sealed record AnnotatedImage(string ImagePath, IReadOnlyList<SourceObject> Objects);

/// <summary>An object as its annotation file tells it.</summary>
/// <param name="Name">Class.</param>
/// <param name="Box">Corners in pixels of the image, right and bottom edge exclusive; not yet checked.</param>
/// <param name="Place">Where it stands in its file, for messages, such as "line 12".</param>
internal sealed record SourceObject(string Name, Box Box, string Place)
{
    public bool IsDifficult { get; init; }

    public bool IsCrowd { get; init; }

    /// <summary>Square pixels; NaN if the file does not say.</summary>
    public float Area { get; init; } = float.NaN;
}
