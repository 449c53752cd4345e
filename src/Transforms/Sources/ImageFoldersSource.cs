using Microsoft.ML.Runtime;
using MLNetDeepExtensions.Bridge;

namespace MLNetDeepExtensions.Sources;

/// <summary>Reads a data set with a folder of images for each class.</summary>
internal static class ImageFoldersSource
{
    /// <summary>Images by class in the order of names.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no such folder, or none inside.</exception>
    /// <exception cref="InvalidDataException">A file is no image and such are not to be skipped.</exception>
    public static List<ClassifiedImageRow> Read(IHostEnvironment env, string root, BadRows badRows)
    {
        using IChannel channel = env.Start("LoadFromImageFolders");
        var faults = new FaultLog(badRows, "Left out {0} bad rows");
        var rows = new List<ClassifiedImageRow>();
        foreach (string folder in ClassFolders(root))
            foreach (string path in ImageFiles.In(folder, faults))
            {
                env.ThrowIfCancelled();
                rows.Add(new ClassifiedImageRow(path, Path.GetFileName(folder)));
            }
        faults.WriteTo(channel);
        return rows;
    }

    private static string[] ClassFolders(string root)
    {
        if (!Directory.Exists(root))
            throw new DirectoryNotFoundException($"{root}: there is no such folder.");
        string[] folders = [.. Directory.EnumerateDirectories(root).Where(folder => !ImageFiles.IsOfTheSystem(folder)).Order(StringComparer.Ordinal)];
        return folders.Length > 0 ? folders : throw new DirectoryNotFoundException($"{root}: expected a folder of images for each class.");
    }
}

/// <summary>Columns of a source of images with one class each.</summary>
internal sealed record ClassifiedImageRow(string ImagePath, string Label);
