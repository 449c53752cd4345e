using Microsoft.ML.Data;

namespace MLNetDeepExtensions.Images;

/// <summary>Writes images as PNG files.</summary>
internal static class PngFile
{
    /// <summary>Makes the folder of the file if it is not there; an older file is replaced.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(RgbImage image, string path)
    {
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder)
            Directory.CreateDirectory(folder);
        using MLImage picture = image.ToMLImage();
        picture.Save(path);
    }
}
