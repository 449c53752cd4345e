using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNetDeepExtensions.Blocks;
using MLNetDeepExtensions.Bridge;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetDeepExtensions.Training;

/// <summary>One call of Fit: what its parts share.</summary>
/// <param name="host">Of the trainer.</param>
/// <param name="channel">Of the call.</param>
/// <param name="options">Of the trainer.</param>
/// <param name="description">What the trainer was told, as JSON, for the <see cref="RunFingerprint"/>.</param>
/// <param name="folder">For the checkpoint; null for none.</param>
/// <param name="device">Where the network is trained.</param>
/// <param name="seed">Of order, augmentation and initial weights.</param>
internal sealed class TrainingRun(
    IHost host, IChannel channel, TrainingOptions options, string description, CheckpointFolder? folder, Device device, long seed)
{
    private readonly TrainingReporter reporter = new(host, channel, options);

    public Device Device => device;

    /// <summary>Of order, augmentation and initial weights.</summary>
    public long Seed => seed;

    /// <summary>Batches of the training rows: all of the input, or what validation leaves.</summary>
    /// <param name="input">The data.</param>
    /// <param name="reader">Makes samples of rows.</param>
    /// <param name="recipe">Makes batches of samples.</param>
    /// <param name="stream">Another number for each feed of a run that has several, whose orders are to have nothing to do with each other.</param>
    public SampleFeed<TSample, TView, TBatch> Feed<TSample, TView, TBatch>(
        IDataView input, RowReader<TSample> reader, SampleRecipe<TSample, TView, TBatch> recipe, int stream = 0)
    {
        return new SampleFeed<TSample, TView, TBatch>(
            new SampleReader<TSample>(host, "training", input, reader, TrainingSplit, options.BadRows), recipe, options, seed + stream);
    }

    /// <summary>The training rows, in one pass at each enumeration: for what is learnt from all of them before there is a feed, such as a
    /// vocabulary.</summary>
    public IEnumerable<TSample> TrainingRows<TSample>(IDataView input, RowReader<TSample> reader)
    {
        var samples = new SampleReader<TSample>(host, "training", input, reader, TrainingSplit, options.BadRows);
        return samples.Read(shuffle: null, _ => true, options.CancellationToken).Select(sample => sample.Sample);
    }

    /// <summary>The validation rows, read anew at each call; null if there are none to be.</summary>
    public Func<IEnumerable<TSample>>? ValidationRows<TSample>(IDataView input, Func<DataViewSchema, RowReader<TSample>> readerFor)
    {
        IDataView? view = options.ValidationSet ?? (HasFraction ? input : null);
        if (view is null)
            return null;
        RowSplit split = options.ValidationSet is null ? new RowSplit(seed, 0, options.ValidationFraction) : RowSplit.All;
        var samples = new SampleReader<TSample>(host, "validation", view, readerFor(view.Schema), split, options.BadRows);
        if (!samples.Read(shuffle: null, _ => false, options.CancellationToken).Any())
            throw new InvalidDataException("The validation data has no row.");
        return () => samples.Read(shuffle: null, _ => true, options.CancellationToken).Select(sample => sample.Sample);
    }

    /// <summary>Runs phases that all learn from the same feed or from feeds of the same data.</summary>
    public TrainingHistory Train<TBatch>(IReadOnlyList<TrainingPhase<TBatch>> phases, Validation? validation, string dataFingerprint, DataViewSchema schema)
        where TBatch : IDisposable
    {
        string columns = string.Join(", ", schema.Select(column => $"{column.Name}: {column.Type}"));
        Checkpoint? checkpoint = folder is null ? null : new Checkpoint(folder, new RunFingerprint(description, seed, columns, dataFingerprint));
        reporter.Info($"Training on {device}: {phases[0].Feed.RowCount} rows, batches of {options.BatchLimit}.");
        TrainingHistory history = new TrainingLoop<TBatch>(phases, options, reporter, validation, checkpoint).Run();
        if (history.SkippedRows > 0)
            reporter.Warning($"{history.SkippedRows} rows could not be used and were skipped.");
        return history with { Device = device.ToString() };
    }

    /// <summary>The usual run: one phase, one network, one optimiser.</summary>
    /// <remarks><c>createCopy</c> makes another network like the given one, for low precision; null if it knows only Float32.</remarks>
    public TrainingHistory TrainSupervised<TNetwork, TSample, TView, TBatch>(
        SampleFeed<TSample, TView, TBatch> feed, DataViewSchema schema, TNetwork network, Func<TNetwork>? createCopy, Func<OptimizerHelper> createOptimiser,
        Func<TNetwork, TBatch, IReadOnlyList<LossTensor>> loss, Validation? validation, Func<TBatch, double>? size = null)
        where TNetwork : Module where TBatch : IDisposable =>
        Train([SupervisedPhase("training", feed, network, createCopy, createOptimiser, loss, size)], validation, feed.Fingerprint, schema);

    /// <summary>A phase of one optimiser over all epochs and the whole schedule; see <see cref="TrainSupervised"/>.</summary>
    public TrainingPhase<TBatch> SupervisedPhase<TNetwork, TBatch>(
        string name, IBatchFeed<TBatch> feed, TNetwork network, Func<TNetwork>? createCopy, Func<OptimizerHelper> createOptimiser,
        Func<TNetwork, TBatch, IReadOnlyList<LossTensor>> loss, Func<TBatch, double>? size = null) where TNetwork : Module where TBatch : IDisposable
    {
        return new TrainingPhase<TBatch>(name, options.MaxEpochs, feed, CreateStep,
            new Dictionary<string, LearningRateSchedule> { [SupervisedStep<TNetwork, TBatch>.OptimiserName] = options.Schedule });

        ITrainingStep<TBatch> CreateStep() => new SupervisedStep<TNetwork, TBatch>(network, createOptimiser(), loss,
            options.Precision == Precision.BFloat16 && createCopy is not null ? new BFloat16Copy<TNetwork>(network, createCopy()) : null, size);
    }

    private RowSplit TrainingSplit => HasFraction ? new RowSplit(seed, options.ValidationFraction, 1) : RowSplit.All;

    private bool HasFraction => options.ValidationSet is null && options.ValidationFraction > 0;
}
