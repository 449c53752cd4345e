using TorchSharp.Modules;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetDeepExtensions.Training;

/// <summary>A loss term as a tensor without dimensions.</summary>
internal readonly record struct LossTensor(string Name, Tensor Value, double Weight = 1);

/// <summary>The usual step: one network, one optimiser, gradients of a sum of terms averaged over the micro-batches.</summary>
/// <param name="network">Set to training mode with every step, since validation sets it to evaluation.</param>
/// <param name="optimiser">Owned: disposed with the step.</param>
/// <param name="loss">The loss terms of a batch.</param>
internal sealed class SupervisedStep<TBatch>(Module network, OptimizerHelper optimiser, Func<TBatch, IReadOnlyList<LossTensor>> loss)
    : ITrainingStep<TBatch>
{
    public const string NetworkName = "network";
    public const string OptimiserName = "optimiser";

    public IReadOnlyDictionary<string, Module> Networks { get; } = new Dictionary<string, Module> { [NetworkName] = network };

    public IReadOnlyDictionary<string, OptimizerHelper> Optimisers { get; } = new Dictionary<string, OptimizerHelper> { [OptimiserName] = optimiser };

    public LossTerms Step(IReadOnlyList<TBatch> microBatches, Rates rates)
    {
        network.train();
        optimiser.zero_grad();
        var terms = new List<LossTerms>();
        foreach (TBatch batch in microBatches)
        {
            using DisposeScope scope = NewDisposeScope();
            IReadOnlyList<LossTensor> tensors = loss(batch);
            terms.Add(new LossTerms([.. tensors.Select(term => new LossTerm(term.Name, term.Value.to(ScalarType.Float64).item<double>(), term.Weight))]).EnsureFinite());
            Tensor total = tensors.Select(term => term.Value * term.Weight).Aggregate((sum, term) => sum + term);
            (total / microBatches.Count).backward();
        }
        rates.Clip(optimiser.parameters());
        rates.Apply(OptimiserName, optimiser);
        optimiser.step();
        return LossTerms.Mean(terms);
    }

    public void Dispose() => optimiser.Dispose();
}
