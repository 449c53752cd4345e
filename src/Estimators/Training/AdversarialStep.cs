using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace MLNetDeepExtensions.Training;

/// <summary>A step of networks that play against each other: several updates, each by one named optimiser while all other weights are frozen.</summary>
/// <param name="networks">By name, all that play. Set to training mode before every step.</param>
/// <param name="averaged">Names of the networks that make the final model's results, of whose weights the average is kept; the others stay raw.</param>
/// <param name="optimisers">By name. Owned: disposed with the step.</param>
/// <param name="copies">Low-precision copies of all networks, if the losses run those. Owned.</param>
internal abstract class AdversarialStep<TBatch>(
    IReadOnlyDictionary<string, Module> networks, IReadOnlyList<string> averaged, IReadOnlyDictionary<string, OptimizerHelper> optimisers,
    IReadOnlyList<IBFloat16Copy> copies) : ITrainingStep<TBatch>
{
    public IReadOnlyDictionary<string, Module> Networks => networks;

    public IReadOnlyDictionary<string, Module> Averaged { get; } = averaged.ToDictionary(name => name, name => networks[name]);

    public IReadOnlyDictionary<string, OptimizerHelper> Optimisers => optimisers;

    public LossTerms Step(IReadOnlyList<TBatch> microBatches, Rates rates)
    {
        foreach (Module network in networks.Values)
            network.train();
        return Play(microBatches, rates);
    }

    /// <summary>All updates of one step.</summary>
    private protected abstract LossTerms Play(IReadOnlyList<TBatch> microBatches, Rates rates);

    /// <summary>One update by an optimiser: only its own parameters get gradients meanwhile, whatever networks the loss runs through.</summary>
    /// <inheritdoc cref="OptimiserUpdate.Run"/>
    private protected LossTerms Update(
        string optimiser, IReadOnlyList<TBatch> microBatches, Func<TBatch, IReadOnlyList<LossTensor>> loss, Rates rates)
    {
        // By reference: tensors are equal to others of equal values.
        var own = optimisers[optimiser].parameters().ToHashSet<Parameter>(ReferenceEqualityComparer.Instance);
        using var others = new FrozenParameters(networks.Values.SelectMany(network => network.parameters()).Where(parameter => !own.Contains(parameter)));
        return OptimiserUpdate.Run(optimiser, optimisers[optimiser], microBatches, loss, rates, copies);
    }

    public virtual void Save(StateWriter writer)
    {
    }

    public virtual void Load(StateReader reader)
    {
    }

    public virtual void Dispose()
    {
        foreach (Module network in networks.Values)
            network.zero_grad();
        foreach (OptimizerHelper optimiser in optimisers.Values)
            optimiser.Dispose();
        foreach (IBFloat16Copy copy in copies)
            copy.Dispose();
    }
}

/// <summary>Parameters that get no gradients until this is disposed; those that got none before still get none after.</summary>
internal sealed class FrozenParameters : IDisposable
{
    private readonly Parameter[] frozen;

    public FrozenParameters(IEnumerable<Parameter> parameters)
    {
        frozen = [.. parameters.Where(parameter => parameter.requires_grad)];
        Set(requiresGradient: false);
    }

    public void Dispose() => Set(requiresGradient: true);

    private void Set(bool requiresGradient)
    {
        foreach (Parameter parameter in frozen)
            parameter.requires_grad = requiresGradient;
    }
}
