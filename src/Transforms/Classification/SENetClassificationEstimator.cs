using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNetDeepExtensions.Bridge;
using MLNetDeepExtensions.Images;
using MLNetDeepExtensions.Inference;
using MLNetDeepExtensions.Labels;
using MLNetDeepExtensions.Settings;
using MLNetDeepExtensions.Weights;

namespace MLNetDeepExtensions.Classification;

/// <summary>Puts a classifier that was trained elsewhere into a pipeline. <see cref="Fit"/> reads the weights and no rows.</summary>
public sealed class SENetClassificationEstimator : IEstimator<SENetClassificationTransformer>
{
    private readonly IHost host;
    private readonly string weightsFile, imageColumn;
    private readonly SENetNetworkOptions network;
    private readonly ClassLabels labels;
    private readonly ClassificationColumns columns;
    private readonly ClassificationOptions options;

    internal SENetClassificationEstimator(IHostEnvironment env, string weightsFile, SENetNetworkOptions network, IReadOnlyList<string> labels,
        string imageColumn, ClassificationColumns columns, ClassificationOptions options)
    {
        host = env.Register(nameof(SENetClassificationEstimator));
        (this.weightsFile, this.imageColumn, this.columns, this.options) = (weightsFile, imageColumn, columns, options);
        this.labels = ClassLabels.Named([.. labels]);
        this.network = network.Classes == 0 ? network with { Classes = labels.Count } : network;
        EnsureValid();
    }

    /// <summary>Reads the weights.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The image column is missing or of the wrong type.</exception>
    /// <exception cref="WeightsFormatException">The file is damaged, or not of a whole network of this architecture.</exception>
    /// <exception cref="WeightsMismatchException">The file's network is another one, or has another number of classes.</exception>
    public SENetClassificationTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        GetOutputSchema(ColumnShapes.Of(input.Schema));
        SENetNetwork trained = PretrainedNetwork.Load(() => new SENetNetwork(network), () => WeightsFile.Open(weightsFile), SENetCheckpoints.Classifiers(network));
        return new SENetClassificationTransformer(host, trained, options, imageColumn, columns, labels, DeviceChoice.ForLoading(host));
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        ImageColumn.Check(host, inputSchema, imageColumn);
        SchemaShape keyValues = ColumnShapes.Shape(ColumnShapes.Vector(KeyValueType.AnnotationName, TextDataViewType.Instance));
        return inputSchema.With(columns.Promise(keyValues));
    }

    private void EnsureValid()
    {
        string[] faults = [.. network.Faults().Select(fault => $"network.{fault}"), .. options.Faults().Select(fault => $"options.{fault}"), .. LabelFaults()];
        faults.ThrowIfAny(nameof(SENetClassificationEstimator));
    }

    private IEnumerable<string> LabelFaults()
    {
        if (labels.Count == 0)
            yield return "labels: expected a name for each class, got none.";
        else if (labels.Count != network.Classes)
            yield return $"labels: expected {network.Classes}, one for each class of the network, got {labels.Count}.";
    }
}
