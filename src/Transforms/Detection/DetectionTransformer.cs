using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNetDeepExtensions.Bridge;
using MLNetDeepExtensions.Images;
using MLNetDeepExtensions.Inference;
using MLNetDeepExtensions.Labels;

namespace MLNetDeepExtensions.Detection;

/// <summary>
/// Finds objects in images. Adds <c>PredictedLabel</c> (keys), <c>PredictedBoundingBoxes</c> (x0 y0 x1 y1 in pixels of the original image, 4 per object) and
/// <c>Score</c> (0 to 1), objects sorted by score: the columns of ML.NET's own ObjectDetection. A row without an image has no objects.
/// </summary>
public abstract class DetectionTransformer : NetworkTransformer<RgbImage?, IReadOnlyList<DetectedObject>>
{
    private protected DetectionTransformer(IHostEnvironment env, DetectionOptions options, DetectionColumns columns, ClassLabels labels) : base(env)
    {
        string[] faults = [.. options.Faults()];
        if (faults.Length > 0)
            throw new ArgumentException($"{nameof(DetectionOptions)} is not valid:{string.Concat(faults.Select(fault => $"\n  {fault}"))}", nameof(options));
        (Options, Columns, ClassLabels) = (options, columns, labels);
    }

    /// <summary>How the model predicts. <c>With</c> gives a copy that predicts otherwise.</summary>
    public DetectionOptions Options { get; }

    /// <summary>Names of the classes, in the order of their keys.</summary>
    public IReadOnlyList<string> Labels => [.. Enumerable.Range(0, ClassLabels.Count).Select(ClassLabels.NameOf)];

    /// <summary>Writes the weights as safetensors, for other programs.</summary>
    /// <exception cref="IOException">The file cannot be written; an older one is untouched.</exception>
    public abstract void SaveWeights(string path);

    private protected DetectionColumns Columns { get; }

    private protected ClassLabels ClassLabels { get; }

    private protected sealed override int BatchSize => Options.BatchSize;

    private protected sealed override IReadOnlyList<ResultColumn<IReadOnlyList<DetectedObject>>> Results => Columns.Deliver(ClassLabels);

    private protected sealed override RowReader<RgbImage?> ReaderFor(DataViewSchema schema)
    {
        DataViewSchema.Column image = ImageColumn.Find(Host, schema, Columns.Image);
        return new RowReader<RgbImage?>([image], row => ImageColumn.Bind(row, image));
    }

    private protected sealed override IReadOnlyList<IReadOnlyList<DetectedObject>> Run(IReadOnlyList<RgbImage?> inputs)
    {
        RgbImage[] images = [.. inputs.OfType<RgbImage>()];
        var found = new Queue<IReadOnlyList<DetectedObject>>(images.Length > 0 ? Detect(images) : []);
        return [.. inputs.Select(image => image is null ? [] : found.Dequeue())];
    }

    private protected abstract IReadOnlyList<IReadOnlyList<DetectedObject>> Detect(IReadOnlyList<RgbImage> images);
}

/// <summary>What is saved of a detector besides its weights.</summary>
internal sealed record SavedDetector<TNetworkOptions>(
    TNetworkOptions Network, DetectionOptions Inference, DetectionColumns Columns, ClassLabels Labels);
