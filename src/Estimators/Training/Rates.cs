using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace MLNetDeepExtensions.Training;

/// <summary>What the loop tells a step about one update.</summary>
/// <param name="Factors">By optimiser name: factor on the learning rates that the optimiser was made with.</param>
/// <param name="ClipNorm">Largest norm of the gradient; 0 for no clipping.</param>
internal sealed record Rates(IReadOnlyDictionary<string, double> Factors, double ClipNorm)
{
    /// <summary>Sets the learning rate of every parameter group of the optimiser.</summary>
    public void Apply(string name, OptimizerHelper optimiser)
    {
        foreach (var group in optimiser.ParamGroups)
            group.LearningRate = group.InitialLearningRate * Factors[name];
    }

    /// <summary>Scales the gradients down to <see cref="ClipNorm"/> if they are longer.</summary>
    /// <exception cref="NonFiniteLossException">Their norm is infinite or not a number.</exception>
    public void Clip(IEnumerable<Parameter> parameters)
    {
        if (ClipNorm > 0 && utils.clip_grad_norm_(parameters, ClipNorm) is double norm && !double.IsFinite(norm))
            throw new NonFiniteLossException("gradient", $"The norm of the gradient is {norm}.");
    }
}
