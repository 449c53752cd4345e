using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNetDeepExtensions.Backend;
using MLNetDeepExtensions.Bridge;
using MLNetDeepExtensions.Inference;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Training;

/// <summary>What all trainers of this library do: check the schema, choose seed and device, train, and give back the global state.</summary>
public abstract class NetworkTrainer<TTransformer> : IEstimator<TTransformer> where TTransformer : class, ITransformer
{
    private readonly TrainingOptions options;

    private protected NetworkTrainer(IHostEnvironment env, TrainingOptions options)
    {
        Host = env.Register(GetType().Name);
        this.options = options;
    }

    private protected IHost Host { get; }

    /// <summary>Checks the columns and says which ones the fitted transformer adds.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        CheckColumns(inputSchema);
        return inputSchema.With(Promise(inputSchema));
    }

    /// <summary>Trains on the data.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type.</exception>
    /// <exception cref="InvalidDataException">A row cannot be used, and the options do not say to skip it.</exception>
    /// <exception cref="NonFiniteLossException">A loss term became infinite or not a number.</exception>
    /// <exception cref="OperationCanceledException">Training was cancelled, and the options or ML.NET want an exception.</exception>
    public TTransformer Fit(IDataView input)
    {
        CheckColumns(ColumnShapes.Of(input.Schema));
        if (options.ValidationSet is not null)
            CheckColumns(ColumnShapes.Of(options.ValidationSet.Schema));
        using IChannel channel = Host.Start("Fit");
        Host.ThrowIfCancelled();
        TorchRuntime.EnsureLoaded();
        Device device = DeviceChoice.Choose(Host, channel, options.GpuDeviceId, options.FallbackToCpu);
        long seed = options.Seed ?? Host.SeedOf() ?? Random.Shared.Next();
        using var random = new GlobalRandomState(seed);
        using DisposeScope scope = NewDisposeScope();
        return Fit(input, new TrainingRun(Host, channel, options, device, seed));
    }

    private protected abstract void CheckColumns(SchemaShape input);

    private protected abstract IEnumerable<SchemaShape.Column> Promise(SchemaShape input);

    private protected abstract TTransformer Fit(IDataView input, TrainingRun run);
}
