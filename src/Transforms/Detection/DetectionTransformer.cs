using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNetDeepExtensions.Bridge;
using MLNetDeepExtensions.Images;
using MLNetDeepExtensions.Inference;
using MLNetDeepExtensions.Labels;
using MLNetDeepExtensions.Settings;

namespace MLNetDeepExtensions.Detection;

/// <summary>
/// Finds objects in images. Adds <c>PredictedLabel</c> (keys), <c>PredictedBoundingBoxes</c> (x0 y0 x1 y1 in pixels of the original image, 4 per object) and
/// <c>Score</c> (0 to 1), objects sorted by score: the columns of ML.NET's own ObjectDetection. A row without an image has no objects.
/// </summary>
public abstract class DetectionTransformer : NetworkTransformer<DetectorInput?, IReadOnlyList<DetectedObject>>
{
    private protected DetectionTransformer(IHostEnvironment env, DetectionOptions options, DetectionColumns columns, ClassLabels labels) : base(env)
    {
        options.Faults().ThrowIfAny(nameof(DetectionOptions), nameof(options));
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

    private protected sealed override RowReader<DetectorInput?> ReaderFor(DataViewSchema schema)
    {
        DataViewSchema.Column image = ImageColumn.Find(Host, schema, Columns.Image);
        if (Columns.Proposals is null)
            return new RowReader<DetectorInput?>([image], row => Bind(ImageColumn.Bind(row, image), () => []));
        DataViewSchema.Column proposals = BoxesColumn.Find(Host, schema, BoxesColumn.Proposals, Columns.Proposals);
        return new RowReader<DetectorInput?>([image, proposals], row => Bind(ImageColumn.Bind(row, image), BoxesColumn.Bind(row, proposals)));
    }

    private protected sealed override IReadOnlyList<IReadOnlyList<DetectedObject>> Run(IReadOnlyList<DetectorInput?> inputs)
    {
        DetectorInput[] present = [.. inputs.OfType<DetectorInput>()];
        var found = new Queue<IReadOnlyList<DetectedObject>>(present.Length > 0 ? Detect(present) : []);
        return [.. inputs.Select(input => input is null ? [] : found.Dequeue())];
    }

    private protected abstract IReadOnlyList<IReadOnlyList<DetectedObject>> Detect(IReadOnlyList<DetectorInput> inputs);

    private static Func<DetectorInput?> Bind(Func<RgbImage?> readImage, Func<IReadOnlyList<Box>> readProposals) =>
        () => readImage() is { } image ? new DetectorInput(image, readProposals()) : null;
}

/// <summary>What is saved of a detector besides its weights.</summary>
internal sealed record SavedDetector<TNetworkOptions>(
    TNetworkOptions Network, DetectionOptions Inference, DetectionColumns Columns, ClassLabels Labels);
