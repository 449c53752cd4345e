using System.Text.Json;
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
    /// <exception cref="InvalidOperationException">The checkpoint folder holds another run, or one that is not to be resumed.</exception>
    /// <exception cref="IOException">The checkpoint folder cannot be written to.</exception>
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
        CheckpointFolder? folder = CheckpointFolder.Of(options);
        long seed = options.Seed ?? Host.SeedOf() ?? folder?.Seed() ?? Random.Shared.Next();
        using var random = new GlobalRandomState(seed);
        using DisposeScope scope = NewDisposeScope();
        return Fit(input, new TrainingRun(Host, channel, options, Description, folder, device, seed));
    }

    /// <summary>What the trainer was told, as JSON: a checkpoint of a run that was told otherwise is refused.</summary>
    private protected virtual string Description => JsonSerializer.Serialize(options, options.GetType(), CheckpointFolder.Json);

    private protected abstract void CheckColumns(SchemaShape input);

    private protected abstract IEnumerable<SchemaShape.Column> Promise(SchemaShape input);

    private protected abstract TTransformer Fit(IDataView input, TrainingRun run);
}
