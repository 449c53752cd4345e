using MLNetDeepExtensions.Bridge;
using MLNetDeepExtensions.Detection;

namespace Microsoft.ML;

/// <summary><c>ml.Transforms.DetectObjects</c> for SSD.</summary>
public static class SSDDetectObjectsCatalog
{
    /// <summary>
    /// Finds objects with an SSD that was trained elsewhere, such as torchvision's ssd300_vgg16. The fitted transformer is the one that
    /// training gives: it is saved with the pipeline, and the file is needed no more.
    /// </summary>
    /// <param name="catalog">The transforms.</param>
    /// <param name="weightsFile">A whole SSD as safetensors or in PyTorch's format: torchvision's, ssd.pytorch's, or saved by this
    /// library.</param>
    /// <param name="network">What the network is: <see cref="SSDNetworkOptions.TorchvisionCoco"/> for torchvision's weights.</param>
    /// <param name="labels">Names of the classes in the order of the network's outputs, without the background:
    /// <see cref="CocoLabels.Torchvision"/> for torchvision's weights.</param>
    /// <param name="imageColumnName">Images of any size.</param>
    /// <param name="predictedLabelColumnName">Column to add: the classes found, keys.</param>
    /// <param name="predictedBoundingBoxColumnName">Column to add: the boxes found, x0 y0 x1 y1 in pixels of the original image.</param>
    /// <param name="scoreColumnName">Column to add: how certain each object is, 0 to 1.</param>
    /// <param name="options">Thresholds and batch size; null for the paper's, which are torchvision's too.</param>
    /// <exception cref="ArgumentException">The network or the options have faults, or labels do not fit the network; the message lists
    /// all.</exception>
    public static SSDDetectionEstimator DetectObjects(
        this TransformsCatalog catalog, string weightsFile, SSDNetworkOptions network, IReadOnlyList<string> labels,
        string imageColumnName = "Image", string predictedLabelColumnName = "PredictedLabel",
        string predictedBoundingBoxColumnName = "PredictedBoundingBoxes", string scoreColumnName = "Score",
        DetectionOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(network);
        return new(CatalogEnvironment.Of(catalog), PretrainedDetector.Of(weightsFile, labels, imageColumnName, predictedLabelColumnName,
            predictedBoundingBoxColumnName, scoreColumnName, options), network);
    }
}
