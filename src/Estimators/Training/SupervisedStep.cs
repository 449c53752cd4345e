using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace MLNetDeepExtensions.Training;

/// <summary>The usual step: one network, one optimiser, gradients of a sum of terms averaged over the micro-batches.</summary>
/// <param name="network">Set to training mode with every step, since validation sets it to evaluation.</param>
/// <param name="optimiser">Of the network's parameters. Owned: disposed with the step.</param>
/// <param name="loss">The loss terms of a batch.</param>
/// <param name="lowPrecision">Computes in the network's place, if given. Owned.</param>
/// <param name="size">How much a micro-batch counts for in the gradient of an update, such as its number of tokens; null if all count the same.</param>
internal sealed class SupervisedStep<TNetwork, TBatch>(
    TNetwork network, OptimizerHelper optimiser, Func<TNetwork, TBatch, IReadOnlyList<LossTensor>> loss, BFloat16Copy<TNetwork>? lowPrecision = null,
    Func<TBatch, double>? size = null)
    : ITrainingStep<TBatch> where TNetwork : Module
{
    private const string NetworkName = "network";

    /// <summary>Name of the one optimiser, for schedules.</summary>
    public const string OptimiserName = "optimiser";

    public IReadOnlyDictionary<string, Module> Networks { get; } = new Dictionary<string, Module> { [NetworkName] = network };

    public IReadOnlyDictionary<string, OptimizerHelper> Optimisers { get; } = new Dictionary<string, OptimizerHelper> { [OptimiserName] = optimiser };

    public LossTerms Step(IReadOnlyList<TBatch> microBatches, Rates rates)
    {
        network.train();
        // To nothing, not to zeros as the optimiser does: a parameter without gradient is then left alone, before as after a resumption.
        network.zero_grad();
        return OptimiserUpdate.Run(
            OptimiserName, optimiser, microBatches, batch => loss(lowPrecision?.Network ?? network, batch), rates,
            lowPrecision is null ? [] : [lowPrecision], size);
    }

    public void Dispose()
    {
        network.zero_grad();
        optimiser.Dispose();
        lowPrecision?.Dispose();
    }
}
