using MLNetDeepExtensions.Bridge;
using MLNetDeepExtensions.Detection;

namespace Microsoft.ML;

/// <summary><c>ml.Transforms.DetectObjects</c> for YOLO.</summary>
public static class YoloDetectObjectsCatalog
{
    /// <summary>
    /// Finds objects with a YOLO that was trained elsewhere, such as by Darknet. The fitted transformer is the one that training gives: it
    /// is saved with the pipeline, and the file is needed no more.
    /// </summary>
    /// <param name="catalog">The transforms.</param>
    /// <param name="weightsFile">A whole YOLO: Darknet's <c>.weights</c> in the layout of the paper's networks, or saved by this library.
    /// Later files with locally connected layers (yolov1.weights) are of another network.</param>
    /// <param name="network">What the network is; its defaults are the paper's.</param>
    /// <param name="labels">Names of the classes in the order of the network's outputs.</param>
    /// <param name="imageColumnName">Images of any size.</param>
    /// <param name="predictedLabelColumnName">Column to add: the classes found, keys.</param>
    /// <param name="predictedBoundingBoxColumnName">Column to add: the boxes found, x0 y0 x1 y1 in pixels of the original image.</param>
    /// <param name="scoreColumnName">Column to add: how certain each object is, 0 to 1.</param>
    /// <param name="options">Thresholds and batch size; null for <see cref="YoloDecoder.Defaults"/>.</param>
    /// <exception cref="ArgumentException">The network or the options have faults, or labels do not fit the network; the message lists
    /// all.</exception>
    public static YoloDetectionEstimator DetectObjects(
        this TransformsCatalog catalog, string weightsFile, YoloNetworkOptions network, IReadOnlyList<string> labels,
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
