using MLNetDeepExtensions.Bridge;
using MLNetDeepExtensions.Classification;

namespace Microsoft.ML;

/// <summary><c>ml.Transforms.ClassifyImages</c>.</summary>
public static class ClassifyImagesCatalog
{
    /// <summary>
    /// Classifies images with a network that was trained elsewhere, such as torchvision's resnet50 or timm's seresnet50. The fitted transformer is the one
    /// that training gives: it is saved with the pipeline, and the file is needed no more.
    /// </summary>
    /// <param name="catalog">The transforms.</param>
    /// <param name="weightsFile">A whole network as safetensors or in PyTorch's format: torchvision's, timm's, or saved by this library.</param>
    /// <param name="network">What the network is.</param>
    /// <param name="labels">Names of the classes in the order of the network's outputs.</param>
    /// <param name="imageColumnName">Images of any size.</param>
    /// <param name="predictedLabelColumnName">Column to add: the likeliest class, a key.</param>
    /// <param name="scoreColumnName">Column to add: a probability for each class.</param>
    /// <param name="options">What is looked at of an image, and batch size; null for the paper's centre crop.</param>
    /// <exception cref="ArgumentException">The network or the options have faults, or labels do not fit the network; the message lists all.</exception>
    public static SENetClassificationEstimator ClassifyImages(
        this TransformsCatalog catalog, string weightsFile, SENetNetworkOptions network, IReadOnlyList<string> labels, string imageColumnName = "Image",
        string predictedLabelColumnName = "PredictedLabel", string scoreColumnName = "Score", ClassificationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentException.ThrowIfNullOrEmpty(weightsFile);
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(labels);
        var columns = new ClassificationColumns { PredictedLabel = predictedLabelColumnName, Score = scoreColumnName };
        return new(CatalogEnvironment.Of(catalog), weightsFile, network, labels, imageColumnName, columns, options ?? new());
    }
}
