using TorchSharp.Modules;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetDeepExtensions.Training;

/// <summary>A loss term as a tensor without dimensions.</summary>
internal readonly record struct LossTensor(string Name, Tensor Value, double Weight = 1);

/// <summary>The usual step: one network, one optimiser, gradients of a sum of terms averaged over the micro-batches.</summary>
/// <param name="network">Set to training mode with every step, since validation sets it to evaluation.</param>
/// <param name="optimiser">Of the network's parameters. Owned: disposed with the step.</param>
/// <param name="loss">The loss terms of a batch.</param>
/// <param name="lowPrecision">Computes in the network's place, if given. Owned.</param>
internal sealed class SupervisedStep<TNetwork, TBatch>(
    TNetwork network, OptimizerHelper optimiser, Func<TNetwork, TBatch, IReadOnlyList<LossTensor>> loss, BFloat16Copy<TNetwork>? lowPrecision = null)
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
        lowPrecision?.TakeWeights();
        var terms = new List<LossTerms>();
        foreach (TBatch batch in microBatches)
        {
            using DisposeScope scope = NewDisposeScope();
            IReadOnlyList<LossTensor> tensors = loss(lowPrecision?.Network ?? network, batch);
            terms.Add(new LossTerms([.. tensors.Select(term => new LossTerm(term.Name, term.Value.to(ScalarType.Float64).item<double>(), term.Weight))]).EnsureFinite());
            Tensor total = tensors.Select(term => term.Value * term.Weight).Aggregate((sum, term) => sum + term);
            (total / microBatches.Count).backward();
            lowPrecision?.ReturnGradients();
        }
        rates.Clip(optimiser.parameters());
        rates.Apply(OptimiserName, optimiser);
        optimiser.step();
        return LossTerms.Mean(terms);
    }

    public void Dispose()
    {
        network.zero_grad();
        optimiser.Dispose();
        lowPrecision?.Dispose();
    }
}
