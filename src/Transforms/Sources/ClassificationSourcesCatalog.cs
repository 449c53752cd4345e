using Microsoft.ML.Runtime;
using MLNetDeepExtensions;
using MLNetDeepExtensions.Bridge;
using MLNetDeepExtensions.Sources;

namespace Microsoft.ML;

/// <summary>
/// Reads data sets of images with one class each. <c>Label</c> is Text: <c>MapValueToKey</c> makes the keys that trainers want. The views can be
/// shuffled and read again and again, and no pixel is decoded before a row is read.
/// </summary>
public static class ClassificationSourcesCatalog
{
    /// <summary>
    /// Reads a folder that has a folder of images for each class. Columns: <c>ImagePath</c> Text, of which <c>DecodeImages</c> makes images;
    /// <c>Label</c> Text, the name of the folder.
    /// </summary>
    /// <remarks>
    /// For data that is split, give the folder of the split, such as <c>flowers/train</c>. Folders inside those of the classes are searched too. Rows
    /// come in the order of names. Files beside the folders of the classes, and what file managers hide in them, are passed over.
    /// </remarks>
    /// <param name="catalog">The catalog of <c>mlContext.Data</c>.</param>
    /// <param name="root">The folder.</param>
    /// <param name="badRows">What to do with a file that is no image by its name or its header.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder, or none for a class in it.</exception>
    /// <exception cref="InvalidDataException">A file is no image and such are not to be skipped; names path and reason.</exception>
    public static IDataView LoadFromImageFolders(this DataOperationsCatalog catalog, string root, BadRows badRows = BadRows.Fail)
    {
        ArgumentException.ThrowIfNullOrEmpty(root);
        IHostEnvironment env = CatalogEnvironment.Of(catalog);
        return RowList.ViewOf(env, ImageFoldersSource.Read(env, root, badRows));
    }

    /// <summary>
    /// Reads a pair of files in the format of MNIST, plain or compressed by gzip. Columns: <c>Image</c>, of the size that the header tells, grey;
    /// <c>Label</c> Text. The uncompressed bytes are held in memory.
    /// </summary>
    /// <param name="catalog">The catalog of <c>mlContext.Data</c>.</param>
    /// <param name="imagesFile">Images, such as <c>train-images-idx3-ubyte.gz</c>.</param>
    /// <param name="labelsFile">Labels, such as <c>train-labels-idx1-ubyte.gz</c>.</param>
    /// <param name="classNames">Names of the labels 0, 1, ...; null for the numbers themselves.</param>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="InvalidDataException">A file is damaged or of another kind, or the two do not fit together; names path and reason.</exception>
    public static IDataView LoadFromIdx(
        this DataOperationsCatalog catalog, string imagesFile, string labelsFile, IReadOnlyList<string>? classNames = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(imagesFile);
        ArgumentException.ThrowIfNullOrEmpty(labelsFile);
        return View(catalog, () => IdxSource.Read(imagesFile, labelsFile, classNames));
    }

    /// <summary>
    /// Reads the binary version of CIFAR-10 (<c>data_batch_1.bin</c>, ...) or CIFAR-100 (<c>train.bin</c>). Columns: <c>Image</c>, 32 x 32;
    /// <c>Label</c> Text. The bytes are held in memory.
    /// </summary>
    /// <remarks>Names of classes come from the files beside the data, such as <c>batches.meta.txt</c>; without them labels are numbers.</remarks>
    /// <param name="catalog">The catalog of <c>mlContext.Data</c>.</param>
    /// <param name="root">Folder of the files.</param>
    /// <param name="split"><c>train</c> or <c>test</c>.</param>
    /// <param name="labels">Which of CIFAR-100's labels are read.</param>
    /// <exception cref="IOException">A folder or file is not there or cannot be read.</exception>
    /// <exception cref="InvalidDataException">A file is damaged; names path and reason.</exception>
    /// <exception cref="ArgumentException">The split is another word, or CIFAR-10 is asked for coarse labels.</exception>
    public static IDataView LoadFromCifar(
        this DataOperationsCatalog catalog, string root, string split = "train", CifarLabels labels = CifarLabels.Fine)
    {
        ArgumentException.ThrowIfNullOrEmpty(root);
        return View(catalog, () => CifarSource.Read(root, split, labels));
    }

    private static IDataView View(DataOperationsCatalog catalog, Func<PackedImages> read)
    {
        try
        {
            return read().ToView(CatalogEnvironment.Of(catalog));
        }
        catch (AnnotationFault fault)
        {
            throw fault.ForCallers();
        }
    }
}
