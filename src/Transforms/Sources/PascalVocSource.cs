namespace MLNetDeepExtensions.Sources;

/// <summary>Reads a Pascal VOC data set.</summary>
internal static class PascalVocSource
{
    public static List<AnnotatedImage> Read(AnnotationReading reading, string root, string? split)
    {
        PascalVocFolder folder = PascalVocFolder.Find(root, split);
        return reading.Read("LoadFromPascalVoc", folder.AnnotationPaths, path => ReadOne(reading, folder.Images, path));
    }

    static AnnotatedImage ReadOne(AnnotationReading reading, ImageFolder images, string path)
    {
        PascalVocFile file = PascalVocFile.Read(path);
        string image = images.Find(Path.GetFileNameWithoutExtension(path), file.FileName)
            ?? throw new AnnotationFault(path, null, $"there is no image of this name, nor '{file.FileName}'");
        return new AnnotatedImage(image, reading.Boxes.Usable(path, file.Objects, file.Size, image));
    }
}
