using MLNetDeepExtensions.Bridge;
using MLNetDeepExtensions.ImageTranslation;

namespace Microsoft.ML;

/// <summary><c>ml.Transforms.TranslateImages</c>.</summary>
public static class TranslateImagesCatalog
{
    /// <summary>
    /// Translates images with a generator of CycleGAN that was trained elsewhere, such as <c>latest_net_G.pth</c> of pytorch-CycleGAN-and-pix2pix. The fitted
    /// transformer is the one that training gives: it is saved with the pipeline, and the files are needed no more.
    /// </summary>
    /// <param name="catalog">The transforms.</param>
    /// <param name="weightsFile">A generator as safetensors or in PyTorch's format.</param>
    /// <param name="reverseWeightsFile">The generator of the other direction; null if there is none, and no way back then.</param>
    /// <param name="network">What the generators are; null for the paper's with 9 blocks.</param>
    /// <param name="imageColumnName">Images of any size.</param>
    /// <param name="translatedImageColumnName">Column to add: the image in the style of the other domain.</param>
    /// <param name="reconstructedImageColumnName">Column to add if there are both directions: that one translated back.</param>
    /// <param name="cycleErrorColumnName">Column to add if there are both directions: Single, how far it is from the original.</param>
    /// <param name="options">Batch size and number format; null for the defaults.</param>
    /// <exception cref="ArgumentException">The network or the options have faults; the message lists all.</exception>
    public static CycleGanTranslationEstimator TranslateImages(
        this TransformsCatalog catalog, string weightsFile, string? reverseWeightsFile = null, CycleGanNetworkOptions? network = null,
        string imageColumnName = "Image", string translatedImageColumnName = "TranslatedImage", string reconstructedImageColumnName = "ReconstructedImage",
        string cycleErrorColumnName = "CycleError", ImageTranslationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentException.ThrowIfNullOrEmpty(weightsFile);
        var columns = new ImageTranslationColumns(translatedImageColumnName, reconstructedImageColumnName, cycleErrorColumnName);
        return new(CatalogEnvironment.Of(catalog), weightsFile, reverseWeightsFile, network ?? new(), imageColumnName, columns, options ?? new());
    }
}
