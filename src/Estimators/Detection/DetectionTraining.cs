using Microsoft.ML;
using MLNetDeepExtensions.Images;
using MLNetDeepExtensions.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetDeepExtensions.Detection;

/// <summary>What one call of Fit trains a detector with.</summary>
/// <param name="Run">The call.</param>
/// <param name="Feed">The training data.</param>
/// <param name="Schema">Of the training data.</param>
/// <param name="Network">On the device, with its first weights.</param>
/// <param name="CreateNetwork">Makes another network like it on the device.</param>
/// <param name="Validation">Of the network; null for none.</param>
internal sealed record DetectionTraining<TNetwork>(
    TrainingRun Run, SampleFeed<DetectionSample, DetectionView, DetectionBatch> Feed, DataViewSchema Schema, TNetwork Network, Func<TNetwork> CreateNetwork,
    Validation? Validation) where TNetwork : Module
{
    public Device Device => Run.Device;

    /// <summary>A phase over all epochs. Phases of one run train the same module, which may hold more than the network.</summary>
    public TrainingPhase<DetectionBatch> Phase<TTrained>(string name, TTrained trained, Func<TTrained> createCopy, Func<OptimizerHelper> createOptimiser,
        Func<TTrained, DetectionBatch, IReadOnlyList<LossTensor>> loss) where TTrained : Module =>
        Run.SupervisedPhase(name, Feed, trained, createCopy, createOptimiser, loss);

    /// <summary>Runs the phases one after the other.</summary>
    public TrainingHistory Train(params IReadOnlyList<TrainingPhase<DetectionBatch>> phases) =>
        Run.Train(phases, Validation, Feed.Fingerprint, Schema);
}
