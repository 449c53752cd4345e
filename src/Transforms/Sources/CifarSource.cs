using System.Globalization;
using MLNetDeepExtensions.Images;

namespace MLNetDeepExtensions.Sources;

/// <summary>Reads the binary version of CIFAR-10 and CIFAR-100: records of one or two labels and a planar picture of 32 x 32 pixels.</summary>
internal static class CifarSource
{
    private const int Side = 32, PictureBytes = 3 * Side * Side;

    /// <exception cref="DirectoryNotFoundException">There is no such folder, or no such files in it.</exception>
    /// <exception cref="AnnotationFault">A file is damaged.</exception>
    public static PackedImages Read(string root, string split, CifarLabels labels)
    {
        CifarFolder folder = CifarFolder.Find(root, split);
        if (labels == CifarLabels.Coarse && folder.LabelCount == 1)
            throw new ArgumentException($"{root}: CIFAR-10 has no coarse labels.", nameof(labels));
        int recordBytes = folder.LabelCount + PictureBytes;
        int place = labels == CifarLabels.Fine ? folder.LabelCount - 1 : 0;
        IReadOnlyList<string>? names = folder.ClassNames(labels);
        int classes = names?.Count ?? (folder.LabelCount == 1 ? 10 : labels == CifarLabels.Fine ? 100 : 20);
        (byte[] File, int Start)[] records = [.. folder.Files.SelectMany(path => Records(path, recordBytes, place, classes))];
        return new PackedImages(Side, Side, [.. records.Select(record => Name(record.File[record.Start + place]))], Picture);

        string Name(byte label) => names is null ? label.ToString(CultureInfo.InvariantCulture) : names[label];

        RgbImage Picture(int row)
        {
            int first = records[row].Start + folder.LabelCount;
            return new RgbImage(Side, Side, records[row].File[first..(first + PictureBytes)]);
        }
    }

    private static IEnumerable<(byte[] File, int Start)> Records(string path, int recordBytes, int place, int classes)
    {
        byte[] file = File.ReadAllBytes(path);
        if (file.Length == 0 || file.Length % recordBytes != 0)
            throw new AnnotationFault(path, null, $"expected records of {recordBytes} bytes, found {file.Length} bytes");
        for (int start = 0; start < file.Length; start += recordBytes)
        {
            if (file[start + place] >= classes)
                throw new AnnotationFault(path, $"record {start / recordBytes}", $"expected a class from 0 to {classes - 1}, got {file[start + place]}");
            yield return (file, start);
        }
    }
}

/// <summary>Where the files of a split of CIFAR lie.</summary>
/// <param name="Root">The folder.</param>
/// <param name="Files">Files of records.</param>
/// <param name="LabelCount">Labels before each picture: 1 for CIFAR-10, 2 for CIFAR-100.</param>
internal sealed record CifarFolder(string Root, IReadOnlyList<string> Files, int LabelCount)
{
    /// <summary>Recognises the data set by the names of its files.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no such folder, or no such files in it.</exception>
    public static CifarFolder Find(string root, string split)
    {
        if (!Directory.Exists(root))
            throw new DirectoryNotFoundException($"{root}: there is no such folder.");
        if (split is not ("train" or "test"))
            throw new ArgumentException($"The split '{split}': expected 'train' or 'test'.", nameof(split));
        string[] ten = [.. Directory.EnumerateFiles(root, split == "train" ? "data_batch_*.bin" : "test_batch.bin").Order(StringComparer.Ordinal)];
        if (ten.Length > 0)
            return new CifarFolder(root, ten, 1);
        string hundred = Path.Combine(root, split + ".bin");
        return File.Exists(hundred)
            ? new CifarFolder(root, [hundred], 2)
            : throw new DirectoryNotFoundException(
                $"{root}: expected data_batch_1.bin and test_batch.bin (CIFAR-10) or train.bin and test.bin (CIFAR-100), the binary version.");
    }

    /// <summary>Names of the classes as the file beside the records has them; null if it is not there.</summary>
    public IReadOnlyList<string>? ClassNames(CifarLabels labels)
    {
        string path = Path.Combine(
            Root, LabelCount == 1 ? "batches.meta.txt" : labels == CifarLabels.Fine ? "fine_label_names.txt" : "coarse_label_names.txt");
        return File.Exists(path) ? [.. File.ReadLines(path).Select(line => line.Trim()).Where(line => line.Length > 0)] : null;
    }
}
