namespace MLNetDeepExtensions.Sources;

/// <summary>Image files that an annotation file names.</summary>
internal static class ImageFile
{
    /// <summary>The path of an image; names may have folders, but must not lead out of the image folder.</summary>
    /// <param name="imageFolder">The folder that names refer to.</param>
    /// <param name="name">The name as the annotation file tells it.</param>
    /// <param name="annotationPath">The annotation file, for messages.</param>
    /// <param name="place">Where in it, for messages.</param>
    /// <exception cref="AnnotationFault">The name leads elsewhere, or there is no such file.</exception>
    public static string Find(string imageFolder, string? name, string annotationPath, string place)
    {
        string relative = (name ?? "").Replace('\\', '/');
        string path = Path.Combine(imageFolder, relative);
        if (relative.Length == 0 || relative.Contains('\0') || !IsInside(imageFolder, path))
            throw new AnnotationFault(annotationPath, place, $"expected the name of a file inside the image folder, got '{name}'");
        return File.Exists(path) ? path : throw new AnnotationFault(annotationPath, place, $"the file {path} does not exist");
    }

    private static bool IsInside(string folder, string path) =>
        Path.GetFullPath(path).StartsWith(
            Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)) + Path.DirectorySeparatorChar, StringComparison.Ordinal);
}
