namespace MLNetDeepExtensions.Sources;

/// <summary>Where the annotations and images of a Pascal VOC data set lie.</summary>
/// <param name="AnnotationPaths">The XML files of the split in its order.</param>
/// <param name="Images">The folder of images.</param>
internal sealed record PascalVocFolder(IReadOnlyList<string> AnnotationPaths, ImageFolder Images)
{
    /// <summary>
    /// Knows three layouts: <c>Annotations</c>, <c>JPEGImages</c> and <c>ImageSets/Main</c>; a folder of XML files beside their images;
    /// and such a folder for each split.
    /// </summary>
    /// <exception cref="DirectoryNotFoundException">None of them is there, or not the split.</exception>
    /// <exception cref="AnnotationFault">A line of the split's list is not a plain name, or names no annotation.</exception>
    public static PascalVocFolder Find(string root, string? split)
    {
        if (!Directory.Exists(root))
            throw new DirectoryNotFoundException($"{root}: there is no such folder.");
        if (split is not null && !IsPlainName(split))
            throw new ArgumentException($"The split '{split}': expected a plain name such as 'train'.", nameof(split));

        string annotations = Path.Combine(root, "Annotations");
        if (!Directory.Exists(annotations))
            return Beside(split is null ? root : Path.Combine(root, split), root);
        string images = Path.Combine(root, "JPEGImages");
        return new PascalVocFolder(
            split is null ? XmlFiles(annotations) : Listed(annotations, Path.Combine(root, "ImageSets", "Main", split + ".txt")),
            new ImageFolder(Directory.Exists(images) ? images : annotations));
    }

    static PascalVocFolder Beside(string folder, string root)
    {
        string[] files = Directory.Exists(folder) ? XmlFiles(folder) : [];
        return files.Length > 0
            ? new PascalVocFolder(files, new ImageFolder(folder))
            : throw new DirectoryNotFoundException($"{root}: expected a folder 'Annotations', or XML files in {folder}.");
    }

    static string[] XmlFiles(string folder) =>
        [.. Directory.EnumerateFiles(folder)
            .Where(path => Path.GetExtension(path).Equals(".xml", StringComparison.OrdinalIgnoreCase)).Order(StringComparer.Ordinal)];

    static string[] Listed(string annotations, string list)
    {
        if (!File.Exists(list))
            throw new DirectoryNotFoundException($"{list}: there is no such list of images.");
        return [.. File.ReadLines(list).Select((line, i) => (Line: line, Number: i + 1))
            .Where(item => !string.IsNullOrWhiteSpace(item.Line))
            .Select(item => Path.Combine(annotations, StemOf(item.Line, list, item.Number) + ".xml"))];
    }

    // Lists of one class have a second column.
    static string StemOf(string line, string list, int number)
    {
        string stem = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[0];
        return IsPlainName(stem) ? stem : throw new AnnotationFault(list, $"line {number}", $"expected the plain name of an image, got '{stem}'");
    }

    static bool IsPlainName(string name) => name.Length > 0 && name is not ("." or "..") && name.IndexOfAny(['/', '\\', ':', '\0']) < 0;
}
