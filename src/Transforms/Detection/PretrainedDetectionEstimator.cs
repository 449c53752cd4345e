using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNetDeepExtensions.Bridge;
using MLNetDeepExtensions.Images;
using MLNetDeepExtensions.Inference;
using MLNetDeepExtensions.Labels;
using MLNetDeepExtensions.Settings;
using MLNetDeepExtensions.Weights;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Detection;

/// <summary>Puts a detector that was trained elsewhere into a pipeline. <see cref="Fit"/> reads the weights and no rows.</summary>
public abstract class PretrainedDetectionEstimator<TTransformer> : IEstimator<TTransformer> where TTransformer : DetectionTransformer
{
    private protected PretrainedDetectionEstimator(IHostEnvironment env, PretrainedDetector detector)
    {
        Host = env.Register(GetType().Name);
        Detector = detector;
        Labels = ClassLabels.Named([.. detector.Labels]);
    }

    private protected IHost Host { get; }

    private protected PretrainedDetector Detector { get; }

    private protected ClassLabels Labels { get; }

    /// <summary>Reads the weights.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The image column is missing or of the wrong type.</exception>
    /// <exception cref="WeightsFormatException">The file is damaged, or not of such a network.</exception>
    /// <exception cref="WeightsMismatchException">The file's network is another one, or has another number of classes.</exception>
    public TTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        GetOutputSchema(ColumnShapes.Of(input.Schema));
        return CreateTransformer(DeviceChoice.ForLoading(Host));
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        ImageColumn.Check(Host, inputSchema, Detector.Columns.Image);
        SchemaShape keyValues = ColumnShapes.Shape(ColumnShapes.Vector(KeyValueType.AnnotationName, TextDataViewType.Instance));
        return inputSchema.With(Detector.Columns.Promise(keyValues));
    }

    private protected abstract TTransformer CreateTransformer(Device device);

    /// <summary>A network with the weights of the file, as <paramref name="open"/> reads it.</summary>
    private protected TNetwork Load<TNetwork>(
        Func<TNetwork> create, Func<string, IWeightsSource> open, IReadOnlyList<CheckpointLayout> layouts) where TNetwork : nn.Module =>
        PretrainedNetwork.Load(create, () => open(Detector.WeightsFile), layouts);

    /// <summary>To be called by the constructor.</summary>
    /// <exception cref="ArgumentException">Something is out of its range; the message lists all.</exception>
    private protected void EnsureValid(IEnumerable<string> networkFaults, int classes)
    {
        string[] faults = [.. networkFaults.Select(fault => $"network.{fault}"),
            .. Detector.Inference.Faults().Select(fault => $"options.{fault}"), .. LabelFaults(classes)];
        faults.ThrowIfAny(GetType().Name);
    }

    private IEnumerable<string> LabelFaults(int classes)
    {
        if (Labels.Count == 0)
            yield return "labels: expected a name for each class, the background not counted, got none.";
        else if (Labels.Count != classes)
            yield return $"labels: expected {classes}, one for each class of the network, the background not counted, got {Labels.Count}.";
    }
}

/// <summary>What every detector that was trained elsewhere is described by, besides its network.</summary>
/// <param name="WeightsFile">The file with the weights.</param>
/// <param name="Labels">Names of the classes in the order of the network's outputs.</param>
/// <param name="Columns">Names of the columns.</param>
/// <param name="Inference">How it predicts.</param>
internal sealed record PretrainedDetector(string WeightsFile, IReadOnlyList<string> Labels, DetectionColumns Columns, DetectionOptions Inference)
{
    /// <exception cref="ArgumentException">Something is missing.</exception>
    public static PretrainedDetector Of(string weightsFile, IReadOnlyList<string> labels, string imageColumnName,
        string predictedLabelColumnName, string predictedBoundingBoxColumnName, string scoreColumnName, DetectionOptions? options)
    {
        ArgumentException.ThrowIfNullOrEmpty(weightsFile);
        ArgumentNullException.ThrowIfNull(labels);
        var columns = new DetectionColumns
        {
            Image = imageColumnName, PredictedLabel = predictedLabelColumnName,
            PredictedBoundingBoxes = predictedBoundingBoxColumnName, Score = scoreColumnName,
        };
        return new(weightsFile, labels, columns, options ?? new());
    }
}
