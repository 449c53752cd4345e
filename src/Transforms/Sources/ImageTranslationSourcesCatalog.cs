using Microsoft.ML.Runtime;
using MLNetDeepExtensions;
using MLNetDeepExtensions.Bridge;
using MLNetDeepExtensions.Sources;

namespace Microsoft.ML;

/// <summary>Reads data sets for translating images from one domain to another.</summary>
public static class ImageTranslationSourcesCatalog
{
    /// <summary>
    /// Reads images of two domains that need not belong together, such as <c>horse2zebra/trainA</c> and <c>horse2zebra/trainB</c>. The sets may be of different
    /// sizes. Columns: <c>ImagePath</c> Text, of which <c>DecodeImages</c> makes images; <c>Domain</c>, a key of two values that are called as the folders.
    /// </summary>
    /// <remarks>
    /// Rows come in the order of names, the first folder's first. Folders inside are searched too; what file managers hide in them is passed over. The view can
    /// be shuffled and read again and again.
    /// </remarks>
    /// <param name="catalog">The catalog of <c>mlContext.Data</c>.</param>
    /// <param name="firstFolder">Images to translate from: key 1.</param>
    /// <param name="secondFolder">Images of the kind to translate to: key 2.</param>
    /// <param name="badRows">What to do with a file that is no image by its name or its header.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="InvalidDataException">A folder has no image, or a file is none and such are not to be skipped; names path and reason.</exception>
    public static IDataView LoadFromUnpairedImages(
        this DataOperationsCatalog catalog, string firstFolder, string secondFolder, BadRows badRows = BadRows.Fail)
    {
        ArgumentException.ThrowIfNullOrEmpty(firstFolder);
        ArgumentException.ThrowIfNullOrEmpty(secondFolder);
        IHostEnvironment env = CatalogEnvironment.Of(catalog);
        return UnpairedImagesSource.Read(env, firstFolder, secondFolder, badRows).ToView(env);
    }
}
