using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNetDeepExtensions.Backend;
using MLNetDeepExtensions.Bridge;
using MLNetDeepExtensions.Images;
using MLNetDeepExtensions.Inference;
using MLNetDeepExtensions.Labels;
using MLNetDeepExtensions.Weights;

namespace MLNetDeepExtensions.Detection;

/// <summary>Puts an SSD that was trained elsewhere into a pipeline. <see cref="Fit"/> reads the weights and no rows.</summary>
public sealed class SSDDetectionEstimator : IEstimator<SSDDetectionTransformer>
{
    private readonly IHost host;
    private readonly string weightsFile;
    private readonly SSDNetworkOptions network;
    private readonly ClassLabels labels;
    private readonly DetectionColumns columns;
    private readonly DetectionOptions options;

    internal SSDDetectionEstimator(IHostEnvironment env, string weightsFile, SSDNetworkOptions network, IReadOnlyList<string> labels,
        DetectionColumns columns, DetectionOptions options)
    {
        host = env.Register(nameof(SSDDetectionEstimator));
        (this.weightsFile, this.columns, this.options) = (weightsFile, columns, options);
        this.labels = ClassLabels.Named([.. labels]);
        this.network = network.Classes == 0 ? network with { Classes = labels.Count } : network;
        EnsureValid();
    }

    /// <summary>Reads the weights.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The image column is missing or of the wrong type.</exception>
    /// <exception cref="WeightsFormatException">The file is damaged, or not of a whole SSD with this backbone.</exception>
    /// <exception cref="WeightsMismatchException">The file's network is another one, or has another number of classes.</exception>
    public SSDDetectionTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        GetOutputSchema(ColumnShapes.Of(input.Schema));
        return new SSDDetectionTransformer(host, Load(), options, columns, labels, DeviceChoice.ForLoading(host));
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        ImageColumn.Check(host, inputSchema, columns.Image);
        SchemaShape keyValues = ColumnShapes.Shape(ColumnShapes.Vector(KeyValueType.AnnotationName, TextDataViewType.Instance));
        return inputSchema.With(columns.Promise(keyValues));
    }

    private SSDNetwork Load()
    {
        TorchRuntime.EnsureLoaded();
        using var random = new GlobalRandomState();
        var trained = new SSDNetwork(network);
        try
        {
            PretrainedWeights.Load(trained, weightsFile, SSDCheckpoints.Detectors(network));
            return trained;
        }
        catch
        {
            trained.Dispose();
            throw;
        }
    }

    private void EnsureValid()
    {
        string[] faults = [.. network.Faults().Select(fault => $"network.{fault}"),
            .. options.Faults().Select(fault => $"options.{fault}"), .. LabelFaults()];
        if (faults.Length > 0)
            throw new ArgumentException(
                $"{nameof(SSDDetectionEstimator)} is not valid:{string.Concat(faults.Select(fault => $"\n  {fault}"))}");
    }

    private IEnumerable<string> LabelFaults()
    {
        if (labels.Count == 0)
            yield return "labels: expected a name for each class, the background not counted, got none.";
        else if (labels.Count != network.Classes)
            yield return $"labels: expected {network.Classes}, one for each class of the network, the background not counted, "
                + $"got {labels.Count}.";
    }
}
