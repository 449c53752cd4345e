using System.Globalization;
using MLNetDeepExtensions.Images;

namespace MLNetDeepExtensions.Sources;

/// <summary>Reads a pair of IDX files: grey pictures, and a label for each.</summary>
internal static class IdxSource
{
    /// <exception cref="AnnotationFault">A file is damaged, or the two do not fit together.</exception>
    public static PackedImages Read(string imagesFile, string labelsFile, IReadOnlyList<string>? classNames)
    {
        IdxFile images = IdxFile.Read(imagesFile, axes: 3), labels = IdxFile.Read(labelsFile, axes: 1);
        if (images.Sizes[0] != labels.Sizes[0])
            throw new AnnotationFault(labelsFile, null, $"expected {images.Sizes[0]} labels, one for each image of {imagesFile}, found {labels.Sizes[0]}");
        (int height, int width) = (images.Sizes[1], images.Sizes[2]);
        string[] names = [.. labels.Items.Select((label, row) => Name(label, row))];
        return new PackedImages(width, height, names, row => Grey(images.Items.AsSpan(row * width * height, width * height), width, height));

        string Name(byte label, int row) => classNames is null ? label.ToString(CultureInfo.InvariantCulture)
            : label < classNames.Count ? classNames[label]
            : throw new AnnotationFault(labelsFile, $"label {row}", $"expected a class from 0 to {classNames.Count - 1}, got {label}");
    }

    private static RgbImage Grey(ReadOnlySpan<byte> levels, int width, int height)
    {
        byte[] planes = GC.AllocateUninitializedArray<byte>(3 * levels.Length);
        for (int channel = 0; channel < 3; channel++)
            levels.CopyTo(planes.AsSpan(channel * levels.Length));
        return new RgbImage(width, height, planes);
    }
}
