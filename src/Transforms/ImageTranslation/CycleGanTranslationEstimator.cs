using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNetDeepExtensions.Bridge;
using MLNetDeepExtensions.Images;
using MLNetDeepExtensions.Inference;
using MLNetDeepExtensions.Settings;
using MLNetDeepExtensions.Weights;
using TorchSharp;

namespace MLNetDeepExtensions.ImageTranslation;

/// <summary>Puts generators that were trained elsewhere into a pipeline. <see cref="Fit"/> reads the weights and no rows.</summary>
public sealed class CycleGanTranslationEstimator : IEstimator<CycleGanTranslationTransformer>
{
    private readonly IHost host;
    private readonly string weightsFile, imageColumn;
    private readonly string? reverseWeightsFile;
    private readonly CycleGanNetworkOptions network;
    private readonly ImageTranslationColumns columns;
    private readonly ImageTranslationOptions options;

    internal CycleGanTranslationEstimator(IHostEnvironment env, string weightsFile, string? reverseWeightsFile, CycleGanNetworkOptions network,
        string imageColumn, ImageTranslationColumns columns, ImageTranslationOptions options)
    {
        host = env.Register(nameof(CycleGanTranslationEstimator));
        (this.weightsFile, this.reverseWeightsFile, this.network) = (weightsFile, reverseWeightsFile, network);
        (this.imageColumn, this.columns, this.options) = (imageColumn, columns, options);
        string[] faults = [.. network.Faults().Select(fault => $"network.{fault}"), .. options.Faults().Select(fault => $"options.{fault}")];
        faults.ThrowIfAny(nameof(CycleGanTranslationEstimator));
    }

    /// <summary>Reads the weights.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The image column is missing or of the wrong type.</exception>
    /// <exception cref="WeightsFormatException">A file is damaged, or not of a generator with so many blocks.</exception>
    /// <exception cref="WeightsMismatchException">A file's generator is another one.</exception>
    public CycleGanTranslationTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        GetOutputSchema(ColumnShapes.Of(input.Schema));
        IReadOnlyList<CheckpointLayout> layouts = CycleGanCheckpoints.Generators(network);
        using var scope = torch.NewDisposeScope();
        CycleGanNetwork trained = PretrainedNetwork.Load(() => new CycleGanNetwork(network, reverseWeightsFile is not null), generators =>
        {
            PretrainedWeights.Load(generators.G, weightsFile, layouts);
            if (generators.F is { } back)
                PretrainedWeights.Load(back, reverseWeightsFile!, layouts);
        });
        return new CycleGanTranslationTransformer(host, trained, options, imageColumn, columns, DeviceChoice.ForLoading(host));
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        ImageColumn.Check(host, inputSchema, imageColumn);
        return inputSchema.With(columns.Promise(bothDirections: reverseWeightsFile is not null));
    }
}
