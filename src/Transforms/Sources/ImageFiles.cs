namespace MLNetDeepExtensions.Sources;

/// <summary>The image files in a folder and in those inside, in the order of names.</summary>
internal static class ImageFiles
{
    private static readonly EnumerationOptions Deep = new() { RecurseSubdirectories = true, MaxRecursionDepth = 8 };

    /// <summary>Files that are images by name and header; of others the log is told.</summary>
    /// <exception cref="InvalidDataException">A file is no image and such are not to be skipped.</exception>
    public static IEnumerable<string> In(string folder, FaultLog faults)
    {
        foreach (string path in Directory.EnumerateFiles(folder, "*", Deep).Where(path => !IsOfTheSystem(path)).Order(StringComparer.Ordinal))
        {
            if (Fault(path) is { } reason)
                faults.Add(new AnnotationFault(path, null, reason));
            else
                yield return path;
        }
    }

    /// <summary>What file managers leave in folders.</summary>
    public static bool IsOfTheSystem(string path) => Path.GetFileName(path) is "Thumbs.db" or "desktop.ini" or ['.', ..];

    private static string? Fault(string path)
    {
        if (!ImageFolder.IsImage(path))
            return "it is not an image by its name";
        try
        {
            _ = ImageSize.OfFile(path);
            return null;
        }
        catch (InvalidDataException fault)
        {
            return fault.Message;
        }
    }
}
