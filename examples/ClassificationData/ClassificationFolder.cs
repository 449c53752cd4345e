using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetDeepExtensions.Examples;

/// <summary>A folder that holds images with a class each, in a known format, split by its makers.</summary>
/// <param name="Format">Name of the format.</param>
/// <param name="Train">Rows with <c>Image</c> and <c>Label</c> to train on.</param>
/// <param name="Test">Rows to test on; null if a part of the training rows must be set aside.</param>
internal sealed record ClassificationFolder(string Format, IDataView Train, IDataView? Test)
{
    private static readonly string[] TestNames = ["test", "val", "valid", "validation"];

    /// <summary>Recognises the format by what is in the folder.</summary>
    /// <exception cref="UserError">There is no such folder, or nothing known in it.</exception>
    public static ClassificationFolder Open(MLContext ml, string root)
    {
        if (!Directory.Exists(root))
            throw new UserError($"{root}: there is no such folder.");
        return Idx(ml, root) ?? Cifar(ml, root) ?? Folders(ml, root)
            ?? throw new UserError($"{root}: expected a folder of images for each class (with 'train' and 'test' around them, or without), "
                + "IDX files such as train-images-idx3-ubyte.gz, or the binary version of CIFAR; found none.");
    }

    private static ClassificationFolder? Idx(MLContext ml, string root)
    {
        string? Find(string split, string what) => Directory.EnumerateFiles(root, $"{split}-{what}*ubyte*").Order(StringComparer.Ordinal).FirstOrDefault();
        IDataView? Load(string split) => Find(split, "images") is { } images && Find(split, "labels") is { } labels ? ml.Data.LoadFromIdx(images, labels) : null;
        return Load("train") is { } train ? new ClassificationFolder("IDX", train, Load("t10k")) : null;
    }

    private static ClassificationFolder? Cifar(MLContext ml, string root)
    {
        bool Has(string name) => File.Exists(Path.Combine(root, name));
        return (Has("data_batch_1.bin") && Has("test_batch.bin")) || (Has("train.bin") && Has("test.bin"))
            ? new ClassificationFolder("CIFAR", ml.Data.LoadFromCifar(root, "train"), ml.Data.LoadFromCifar(root, "test"))
            : null;
    }

    private static ClassificationFolder? Folders(MLContext ml, string root)
    {
        string train = Path.Combine(root, "train");
        if (!HasClasses(train))
            return HasClasses(root) ? new ClassificationFolder("class folders", Decoded(ml, root), null) : null;
        string? test = TestNames.Select(name => Path.Combine(root, name)).FirstOrDefault(HasClasses);
        return new ClassificationFolder("class folders", Decoded(ml, train), test is null ? null : Decoded(ml, test));
    }

    private static bool HasClasses(string folder) =>
        Directory.Exists(folder) && Directory.EnumerateDirectories(folder).Any(inner => Directory.EnumerateFiles(inner).Any());

    private static IDataView Decoded(MLContext ml, string folder)
    {
        IDataView files = ml.Data.LoadFromImageFolders(folder);
        return ml.Transforms.DecodeImages("Image", "ImagePath").Fit(files).Transform(files);
    }
}
