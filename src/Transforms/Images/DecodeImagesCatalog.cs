using MLNetDeepExtensions.Bridge;
using MLNetDeepExtensions.Images;

namespace Microsoft.ML;

/// <summary><c>ml.Transforms.DecodeImages</c>.</summary>
public static class DecodeImagesCatalog
{
    /// <summary>
    /// Decodes images of any size from paths or from files in memory. Unlike LoadImages it reports truncated and damaged files with their row, turns photographs the
    /// right way up, lays transparent pixels over a background and has a limit of size.
    /// </summary>
    /// <param name="catalog">The transforms.</param>
    /// <param name="outputColumnName">Name of the column of images that is added.</param>
    /// <param name="inputColumnName">Text column of paths, or Byte vectors that hold whole files; null: as the output, which then hides it.</param>
    /// <param name="options">Folder, bad images, orientation, limits; the defaults if null.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static ImageDecodingEstimator DecodeImages(
        this TransformsCatalog catalog, string outputColumnName, string? inputColumnName = null, DecodeImagesOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentException.ThrowIfNullOrEmpty(outputColumnName);
        return new(CatalogEnvironment.Of(catalog), outputColumnName, inputColumnName ?? outputColumnName, options ?? new());
    }
}
