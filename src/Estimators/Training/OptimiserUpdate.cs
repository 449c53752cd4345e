using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Training;

/// <summary>A loss term as a tensor without dimensions.</summary>
internal readonly record struct LossTensor(string Name, Tensor Value, double Weight = 1);

/// <summary>One update by one optimiser: gradients of a sum of terms averaged over micro-batches, checked, clipped, applied.</summary>
internal static class OptimiserUpdate
{
    /// <param name="name">The optimiser's, by which the rates know it.</param>
    /// <param name="optimiser">Its parameters are changed.</param>
    /// <param name="microBatches">At least one.</param>
    /// <param name="loss">The terms of a batch, computed by the networks or, where there are such, by their copies.</param>
    /// <param name="rates">Of this update.</param>
    /// <param name="copies">Low-precision copies of all networks that the loss runs.</param>
    /// <param name="size">How much a micro-batch counts for, such as its number of tokens; null if all count the same.</param>
    /// <exception cref="NonFiniteLossException">A loss term is not finite; no weight was changed.</exception>
    public static LossTerms Run<TBatch>(string name, OptimizerHelper optimiser, IReadOnlyList<TBatch> microBatches,
        Func<TBatch, IReadOnlyList<LossTensor>> loss, Rates rates, IReadOnlyList<IBFloat16Copy> copies,
        Func<TBatch, double>? size = null)
    {
        ForgetGradients(optimiser.parameters());
        foreach (IBFloat16Copy copy in copies)
            copy.TakeWeights();
        var terms = new List<LossTerms>();
        double whole = microBatches.Sum(batch => size?.Invoke(batch) ?? 1);
        foreach (TBatch batch in microBatches)
        {
            using DisposeScope scope = NewDisposeScope();
            IReadOnlyList<LossTensor> tensors = loss(batch);
            terms.Add(new LossTerms([.. tensors.Select(term => new LossTerm(term.Name, term.Value.to(ScalarType.Float64).item<double>(), term.Weight))]).EnsureFinite());
            Tensor total = tensors.Where(term => term.Weight != 0).Select(term => term.Value * term.Weight).Aggregate((sum, term) => sum + term);
            (total * ((size?.Invoke(batch) ?? 1) / whole)).backward();
            foreach (IBFloat16Copy copy in copies)
                copy.ReturnGradients();
        }
        rates.Clip(optimiser.parameters());
        rates.Apply(name, optimiser);
        optimiser.step();
        return LossTerms.Mean(terms);
    }

    /// <summary>To nothing, not to zeros: a parameter without gradient is then left alone, before as after a resumption.</summary>
    public static void ForgetGradients(IEnumerable<Parameter> parameters)
    {
        foreach (Parameter parameter in parameters)
        {
            using Tensor? gradient = parameter.grad;
            if (gradient is not null)
                parameter.grad = null;
        }
    }
}
