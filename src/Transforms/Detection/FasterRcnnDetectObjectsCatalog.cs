using MLNetDeepExtensions.Bridge;
using MLNetDeepExtensions.Detection;

namespace Microsoft.ML;

/// <summary><c>ml.Transforms.DetectObjects</c> for Faster R-CNN.</summary>
public static class FasterRcnnDetectObjectsCatalog
{
    /// <summary>
    /// Finds objects with a Faster R-CNN that was trained elsewhere, such as torchvision's fasterrcnn_resnet50_fpn. The fitted transformer is
    /// the one that training gives: it is saved with the pipeline, and the file is needed no more.
    /// </summary>
    /// <param name="catalog">The transforms.</param>
    /// <param name="weightsFile">A whole Faster R-CNN as safetensors or in PyTorch's format: torchvision's, or saved by this library.</param>
    /// <param name="network">What the network is: <see cref="FasterRcnnNetworkOptions.TorchvisionCoco"/> for torchvision's weights.</param>
    /// <param name="labels">Names of the classes in the order of the network's outputs, without the background:
    /// <see cref="CocoLabels.Torchvision"/> for torchvision's weights.</param>
    /// <param name="imageColumnName">Images of any size.</param>
    /// <param name="predictedLabelColumnName">Column to add: the classes found, keys.</param>
    /// <param name="predictedBoundingBoxColumnName">Column to add: the boxes found, x0 y0 x1 y1 in pixels of the original image.</param>
    /// <param name="scoreColumnName">Column to add: how certain each object is, 0 to 1.</param>
    /// <param name="options">Thresholds and batch size; null for torchvision's. The authors' own code has an NMS threshold of 0.3.</param>
    /// <exception cref="ArgumentException">The network or the options have faults, or labels do not fit the network; the message lists
    /// all.</exception>
    public static FasterRcnnDetectionEstimator DetectObjects(
        this TransformsCatalog catalog, string weightsFile, FasterRcnnNetworkOptions network, IReadOnlyList<string> labels,
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
