namespace MLNetDeepExtensions.Sources;

/// <summary>Where the images and label files of a YOLO data set lie.</summary>
/// <param name="Images">Folder of images, with folders inside.</param>
/// <param name="Labels">Folder of label files, with the same folders inside; may be the same folder.</param>
internal sealed record YoloFolder(string Images, string Labels)
{
    /// <summary>
    /// Knows <c>images</c> beside <c>labels</c>, with a folder of the split in each or around both, and label files beside their images.
    /// </summary>
    /// <exception cref="DirectoryNotFoundException">None of them is there.</exception>
    public static YoloFolder Find(string root, string? split)
    {
        string inner = split ?? "";
        YoloFolder[] layouts =
        [
            new(Path.Combine(root, "images", inner), Path.Combine(root, "labels", inner)),
            new(Path.Combine(root, inner, "images"), Path.Combine(root, inner, "labels")),
            new(Path.Combine(root, inner), Path.Combine(root, inner)),
        ];
        return layouts.FirstOrDefault(layout => layout.Exists)
            ?? throw new DirectoryNotFoundException($"{Path.Combine(root, inner)}: expected folders 'images' and 'labels', or label files beside images.");
    }

    bool Exists => Directory.Exists(Images) && Directory.Exists(Labels)
        && (Images != Labels || ImagePaths.Any(image => File.Exists(LabelsOf(image))));

    /// <summary>All images, in a fixed order.</summary>
    public IEnumerable<string> ImagePaths => Directory
        .EnumerateFiles(Images, "*", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 8 })
        .Where(ImageFolder.IsImage).Order(StringComparer.Ordinal);

    /// <summary>Path of the label file of an image, which need not exist: an image without one has no objects.</summary>
    public string LabelsOf(string imagePath) => Path.Combine(Labels, Path.ChangeExtension(Path.GetRelativePath(Images, imagePath), ".txt"));
}
