using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace MLNetDeepExtensions.Training;

/// <summary>
/// How a system learns from a batch: the one thing besides its data that it brings to the <see cref="TrainingLoop{TBatch}"/>.
/// Dispose frees the optimisers, not the networks.
/// </summary>
/// <typeparam name="TBatch">What collation makes of samples; owns its tensors.</typeparam>
internal interface ITrainingStep<in TBatch> : IDisposable
{
    /// <summary>
    /// One update from one or more micro-batches (gradient accumulation). An adversarial step does its several updates inside.
    /// Every tensor made stays in the dispose scope that the loop has opened around the call.
    /// </summary>
    /// <exception cref="NonFiniteLossException">A loss term is not finite; the update that it belongs to was not made.</exception>
    LossTerms Step(IReadOnlyList<TBatch> microBatches, Rates rates);

    /// <summary>By name, the same in every phase of a run: what checkpoints, weight averaging and best weights are about.</summary>
    IReadOnlyDictionary<string, Module> Networks { get; }

    /// <summary>
    /// By name: those of <see cref="Networks"/> of whose weights a running average is kept, which validation and the final model use; the others stay as they
    /// are. An adversarial step averages its generator alone.
    /// </summary>
    IReadOnlyDictionary<string, Module> Averaged => Networks;

    /// <summary>By name: what checkpoints hold the state of and <see cref="Rates"/> speak about.</summary>
    IReadOnlyDictionary<string, OptimizerHelper> Optimisers { get; }

    /// <summary>Writes whatever else the step holds, such as a pool of images.</summary>
    void Save(StateWriter writer)
    {
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    void Load(StateReader reader)
    {
    }
}
