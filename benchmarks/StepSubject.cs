using MLNetDeepExtensions.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Benchmarks;

/// <summary>A system's own training step on a batch that is made once, and what its trained network does.</summary>
/// <param name="step">One update; owned.</param>
/// <param name="batch">What it learns from; owned.</param>
/// <param name="infer">The trained network at work; gradients are off and every tensor that it makes is disposed.</param>
/// <param name="owned">Networks, and tensors that they are given.</param>
/// <param name="clipNorm">Largest norm of the gradient; 0 for no clipping.</param>
internal sealed class StepSubject<TBatch>(ITrainingStep<TBatch> step, TBatch batch, Action infer, IReadOnlyList<IDisposable> owned, double clipNorm = 0) : ISubject
    where TBatch : IDisposable
{
    private readonly Rates rates = new(step.Optimisers.Keys.ToDictionary(name => name, _ => 1.0), clipNorm);

    /// <summary>Numbers that are learned, of all networks together: a peer with others would do other work.</summary>
    public long Parameters => step.Networks.Values.SelectMany(network => network.parameters()).Sum(parameter => parameter.NumberOfElements);

    public void Train()
    {
        using DisposeScope scope = NewDisposeScope();
        step.Step([batch], rates);
    }

    public void Infer()
    {
        using IDisposable mode = inference_mode();
        using DisposeScope scope = NewDisposeScope();
        infer();
    }

    public void Dispose()
    {
        step.Dispose();
        batch.Dispose();
        foreach (IDisposable item in owned)
            item.Dispose();
    }
}
