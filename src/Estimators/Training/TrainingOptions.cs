using System.Text.Json.Serialization;
using Microsoft.ML;
using MLNetDeepExtensions.Blocks;
using MLNetDeepExtensions.Settings;

namespace MLNetDeepExtensions.Training;

/// <summary>What every trainer of this library can be told about training. Immutable; use <c>with</c> for variations.</summary>
public abstract record TrainingOptions
{
    /// <summary>Passes over the training data. At least 1.</summary>
    public int MaxEpochs { get; init; } = 100;

    /// <summary>Rows per forward pass. At least 1.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>Batches whose gradients are averaged for one update. At least 1.</summary>
    public int AccumulationSteps { get; init; } = 1;

    /// <summary>Learning rate that the <see cref="Schedule"/> multiplies.</summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>Factor on the learning rate over the run.</summary>
    public LearningRateSchedule Schedule { get; init; } = new LearningRateSchedule.Constant();

    /// <summary>Largest norm of the gradient; longer ones are scaled down. 0 for no clipping.</summary>
    public double ClipNorm { get; init; }

    /// <summary>
    /// Decay per update of the running average of weights that validation and the final model use; 0 for none. Typical: 0.99 to 0.9999. After n updates it
    /// is at most (1 + n) / (10 + n), so that the average soon forgets the random weights of the beginning.
    /// </summary>
    public double AveragingDecay { get; init; }

    /// <summary>
    /// Number format of activations and gradients. With <see cref="Precision.BFloat16"/>, weights, normalisation, loss and optimiser stay in 32 bits; it is
    /// faster where the processor has the instructions (AVX512-BF16, AMX, CUDA compute capability 8.0), slower elsewhere.
    /// </summary>
    public Precision Precision { get; init; }

    /// <summary>Seed of order, augmentation and initial weights; null for the MLContext's seed, or a random one if that has none.</summary>
    public int? Seed { get; init; }

    /// <summary>Data to validate on after every epoch, with the columns of the training data. Null for none.</summary>
    [JsonIgnore]
    public IDataView? ValidationSet { get; init; }

    /// <summary>Part of the training rows to set aside for validation, if <see cref="ValidationSet"/> is null. 0 to 0.9; 0 for none.</summary>
    public double ValidationFraction { get; init; }

    /// <summary>Epochs between validations. At least 1; the last epoch is always validated.</summary>
    public int ValidateEveryEpochs { get; init; } = 1;

    /// <summary>
    /// Name of the validation metric by which the best weights are chosen; null for the trainer's own choice. Higher is better, except for names that
    /// contain <c>loss</c>. Without validation data the last weights are kept.
    /// </summary>
    public string? BestBy { get; init; }

    /// <summary>Validations without improvement after which training stops; null to run all epochs.</summary>
    public int? EarlyStoppingPatience { get; init; }

    /// <summary>
    /// Folder for the run's checkpoint, written after every epoch, on cancellation, and every <see cref="CheckpointEverySteps"/> updates.
    /// Null for none. It must not hold the checkpoint of another run.
    /// </summary>
    [JsonIgnore]
    public string? CheckpointDirectory { get; init; }

    /// <summary>Updates between checkpoints within an epoch; null for checkpoints at the end of epochs alone.</summary>
    [JsonIgnore]
    public int? CheckpointEverySteps { get; init; }

    /// <summary>
    /// Continue the run in <see cref="CheckpointDirectory"/>, if there is one. Options, data and schema must be the same; then the result equals that of
    /// an uninterrupted run, bit for bit on the same processor with the same number of threads.
    /// </summary>
    [JsonIgnore]
    public bool Resume { get; init; }

    /// <summary>A fitted transformer of the same network to start from, in place of random weights. Null for none.</summary>
    [JsonIgnore]
    public ITransformer? InitialModel { get; init; }

    /// <summary>What to do with a training or validation row that cannot be used, such as one whose image cannot be decoded.</summary>
    public BadRows BadRows { get; init; }

    /// <summary>
    /// Rows held in memory for shuffling. Data that fits is read once and shuffled as a whole; of larger data half is trained on while the other half
    /// is read, in the order that the source itself shuffles, if it can. At least 2; less than two batches count as two.
    /// </summary>
    public int ShufflePoolSize { get; init; } = 1000;

    /// <summary>Threads that prepare samples (augmentation) ahead of the updates. At least 1. The result does not depend on it.</summary>
    [JsonIgnore]
    public int PreparationThreads { get; init; } = 1;

    /// <summary>Number of the GPU to train on; null for what the MLContext says (its GpuDeviceId, else the CPU).</summary>
    [JsonIgnore]
    public int? GpuDeviceId { get; init; }

    /// <summary>Whether the CPU may stand in for a GPU that is missing, with a warning; null for what the MLContext says.</summary>
    [JsonIgnore]
    public bool? FallbackToCpu { get; init; }

    /// <summary>Ends training within one update.</summary>
    [JsonIgnore]
    public CancellationToken CancellationToken { get; init; }

    /// <summary>
    /// True: a run ended by <see cref="CancellationToken"/> returns the best model so far. False: it throws <see cref="OperationCanceledException"/>.
    /// ML.NET's own cancellation always throws, since its MLContext stays cancelled.
    /// </summary>
    [JsonIgnore]
    public bool ReturnBestOnCancellation { get; init; } = true;

    /// <summary>Receives a report after every update, on the training thread.</summary>
    [JsonIgnore]
    public IProgress<TrainingProgress>? Progress { get; init; }

    /// <summary>Updates between two lines in the MLContext's log. At least 1.</summary>
    [JsonIgnore]
    public int LogEverySteps { get; init; } = 50;

    /// <summary>Batches that a step gets for one update of all its networks.</summary>
    internal virtual int BatchesPerUpdate => AccumulationSteps;

    /// <summary>One line for every option that is out of its range.</summary>
    internal virtual IEnumerable<string> Faults()
    {
        foreach ((string name, int value) in new (string, int)[] {
            (nameof(MaxEpochs), MaxEpochs), (nameof(BatchSize), BatchSize), (nameof(AccumulationSteps), AccumulationSteps),
            (nameof(ValidateEveryEpochs), ValidateEveryEpochs), (nameof(PreparationThreads), PreparationThreads), (nameof(LogEverySteps), LogEverySteps) })
        {
            if (value < 1)
                yield return $"{name}: expected at least 1, got {value}.";
        }
        if (ShufflePoolSize < 2)
            yield return $"{nameof(ShufflePoolSize)}: expected at least 2, got {ShufflePoolSize}.";
        if (!(LearningRate > 0 && double.IsFinite(LearningRate)))
            yield return $"{nameof(LearningRate)}: expected a finite number above 0, got {LearningRate}.";
        foreach (string fault in Schedule?.Faults() ?? ["expected a schedule, got null."])
            yield return Schedule is null ? $"{nameof(Schedule)}: {fault}" : $"{nameof(Schedule)}.{fault}";
        if (!(ClipNorm >= 0 && double.IsFinite(ClipNorm)))
            yield return $"{nameof(ClipNorm)}: expected a finite number from 0, got {ClipNorm}.";
        if (AveragingDecay is not (>= 0 and < 1))
            yield return $"{nameof(AveragingDecay)}: expected 0 to below 1, got {AveragingDecay}.";
        if (ValidationFraction is not (>= 0 and <= 0.9))
            yield return $"{nameof(ValidationFraction)}: expected 0 to 0.9, got {ValidationFraction}.";
        if (EarlyStoppingPatience is < 1)
            yield return $"{nameof(EarlyStoppingPatience)}: expected at least 1, got {EarlyStoppingPatience}.";
        if (CheckpointEverySteps is < 1)
            yield return $"{nameof(CheckpointEverySteps)}: expected at least 1, got {CheckpointEverySteps}.";
        if (EarlyStoppingPatience is not null && ValidationSet is null && ValidationFraction == 0)
            yield return $"{nameof(EarlyStoppingPatience)}: needs {nameof(ValidationSet)} or {nameof(ValidationFraction)}.";
        if (CheckpointDirectory is { Length: 0 })
            yield return $"{nameof(CheckpointDirectory)}: expected a path or null, got an empty text.";
        if (Resume && CheckpointDirectory is null)
            yield return $"{nameof(Resume)}: needs {nameof(CheckpointDirectory)}.";
    }

    /// <summary>The size of batches in words, for the log.</summary>
    [JsonIgnore]
    internal virtual string BatchLimit => $"{BatchSize}";

    /// <summary>One line if a file is named that does not exist.</summary>
    private protected static IEnumerable<string> MissingFile(string name, string? path) =>
        path is null || File.Exists(path) ? [] : [$"{name}: there is no file '{path}'."];

    /// <exception cref="ArgumentException">Some options are out of range; the message lists them all.</exception>
    internal void EnsureValid(string owner, params IEnumerable<string> furtherFaults)
    {
        string faults = Faults().Concat(furtherFaults).Listed();
        if (faults.Length > 0)
            throw new ArgumentException($"The options of {owner} are not valid:{faults}");
    }
}
