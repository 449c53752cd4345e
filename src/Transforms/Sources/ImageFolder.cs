namespace MLNetDeepExtensions.Sources;

/// <summary>The image files of one folder by name and by stem, upper and lower case alike.</summary>
internal sealed class ImageFolder
{
    static readonly string[] Extensions = [".jpg", ".jpeg", ".png", ".bmp", ".gif", ".webp"];

    readonly ILookup<string, string> _pathsByStem;

    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public ImageFolder(string folder) => _pathsByStem = Directory.EnumerateFiles(folder).Where(IsImage).Order(StringComparer.Ordinal)
        .ToLookup(path => Path.GetFileNameWithoutExtension(path), StringComparer.OrdinalIgnoreCase);

    public static bool IsImage(string path) => Extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// The image of an annotation file: the one with its stem (of several, the one that the annotation names), else the one that the
    /// annotation names, with or without extension. Null if there is none. Nothing outside the folder is ever found.
    /// </summary>
    public string? Find(string stem, string? namedInside)
    {
        string[] ownStem = [.. _pathsByStem[stem]];
        if (ownStem.Length > 0)
            return ownStem.FirstOrDefault(path => string.Equals(Path.GetFileName(path), namedInside, StringComparison.OrdinalIgnoreCase)) ?? ownStem[0];
        return namedInside is null ? null
            : _pathsByStem[Path.GetFileNameWithoutExtension(namedInside)].FirstOrDefault() ?? _pathsByStem[namedInside].FirstOrDefault();
    }
}
