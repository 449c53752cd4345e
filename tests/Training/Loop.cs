using System.Security.Cryptography;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNetDeepExtensions.Backend;
using MLNetDeepExtensions.Training;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Tests.Training;

/// <summary>Options of a loop that stands alone: no trainer, no data view.</summary>
internal sealed record LoopOptions : TrainingOptions
{
    public static LoopOptions In(string directory, bool resume = false, int? everySteps = null) =>
        new() { CheckpointDirectory = directory, Resume = resume, CheckpointEverySteps = everySteps };
}

/// <summary>Runs the training loop on hand-made steps and feeds.</summary>
internal static class Loop
{
    public const int Seed = 5;

    public static TrainingHistory Train<TBatch>(LoopOptions options, Validation? validation, params TrainingPhase<TBatch>[] phases) where TBatch : IDisposable =>
        Train(new MLContext(), options, validation, phases);

    public static TrainingHistory Train<TBatch>(MLContext ml, LoopOptions options, Validation? validation, params TrainingPhase<TBatch>[] phases)
        where TBatch : IDisposable
    {
        IHost host = ((IHostEnvironment)ml).Register("loop");
        using IChannel channel = host.Start("test");
        Checkpoint? checkpoint = CheckpointFolder.Of(options) is { } folder ? new Checkpoint(folder, new RunFingerprint("loop", Seed, "", "rows")) : null;
        return new TrainingLoop<TBatch>(phases, options, new TrainingReporter(host, channel, options), validation, checkpoint).Run();
    }

    public static TrainingPhase<TBatch> Phase<TBatch>(string name, int epochs, IBatchFeed<TBatch> feed, Func<ITrainingStep<TBatch>> createStep,
        LearningRateSchedule? schedule = null) =>
        new(name, epochs, feed, createStep, new Dictionary<string, LearningRateSchedule>
        {
            [SupervisedStep<nn.Module, TBatch>.OptimiserName] = schedule ?? new LearningRateSchedule.Constant(),
        });

    /// <summary>Four numbers in, one out.</summary>
    public static Sequential Network(double dropout = 0, int seed = Seed)
    {
        using var random = new GlobalRandomState(seed);
        return nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Dropout(dropout), nn.Linear(8, 1));
    }

    public static SupervisedStep<Sequential, RowBatch> Step(Sequential network, OptimizerHelper optimiser) => new(network, optimiser, SquaredError);

    public static IReadOnlyList<LossTensor> SquaredError(Sequential network, RowBatch batch) =>
        [new LossTensor("error", nn.functional.mse_loss(network.call(batch.Inputs_N4), batch.Targets_N1))];

    /// <summary>SHA-256 of all weights.</summary>
    public static string Hash(params IEnumerable<nn.Module> networks)
    {
        using DisposeScope scope = NewDisposeScope();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (Tensor value in networks.SelectMany(network => network.state_dict().Values))
            hash.AppendData(value.detach().cpu().contiguous().bytes);
        return Convert.ToHexString(hash.GetHashAndReset());
    }

    public static float[] Values(nn.Module network)
    {
        using DisposeScope scope = NewDisposeScope();
        return [.. network.state_dict().Values.SelectMany(value => value.detach().to(ScalarType.Float32).contiguous().data<float>().ToArray())];
    }
}

/// <summary>Tells of every report at once, on the training thread.</summary>
internal sealed class Reports(Action<TrainingProgress>? onReport = null) : IProgress<TrainingProgress>
{
    public List<TrainingProgress> All { get; } = [];

    public void Report(TrainingProgress value)
    {
        All.Add(value);
        onReport?.Invoke(value);
    }
}
