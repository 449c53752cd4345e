namespace MLNetDeepExtensions.Examples;

/// <summary>Image files of a folder, by their names.</summary>
internal static class ImageFiles
{
    public static IReadOnlyList<string> Extensions { get; } = [".jpg", ".jpeg", ".png", ".bmp", ".gif", ".webp"];

    /// <summary>Paths in the order of names; none if there is no such folder. Folders inside are not searched.</summary>
    public static IReadOnlyList<string> In(string folder) => !Directory.Exists(folder) ? [] :
        [.. Directory.EnumerateFiles(folder).Where(path => Extensions.Contains(Path.GetExtension(path).ToLowerInvariant())).Order(StringComparer.Ordinal)];
}
