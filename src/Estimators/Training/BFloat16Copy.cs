using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetDeepExtensions.Training;

/// <summary>What an update does with a low-precision copy of a network.</summary>
internal interface IBFloat16Copy : IDisposable
{
    /// <summary>Gives the copy the network's weights, and what is frozen in it, and its mode; before every update.</summary>
    void TakeWeights();

    /// <summary>Adds the copy's gradients to the network's, and gives the network the copy's buffers; after every backward pass.</summary>
    void ReturnGradients();
}

/// <summary>
/// A copy of a network whose convolutions and linear layers compute in bfloat16. The network itself keeps the weights in Float32: it is what the optimiser,
/// checkpoints and validation see (Micikevicius et al., Mixed Precision Training, section 3.1: master copy of weights).
/// </summary>
internal sealed class BFloat16Copy<TNetwork> : IBFloat16Copy where TNetwork : Module
{
    private readonly TNetwork master;
    private readonly (Parameter Master, Parameter Copy)[] parameters;
    private readonly (Tensor Master, Tensor Copy)[] buffers;

    /// <param name="master">The network; not owned.</param>
    /// <param name="copy">Another network of the same options on the same device; owned.</param>
    public BFloat16Copy(TNetwork master, TNetwork copy)
    {
        this.master = master;
        Network = copy;
        foreach (Module layer in copy.modules().Where(layer => layer is Convolution or TorchSharp.Modules.Linear))
            layer.to(ScalarType.BFloat16);
        parameters = [.. master.parameters().Zip(copy.parameters())];
        buffers = [.. master.buffers().Zip(copy.buffers())];
    }

    /// <summary>The copy: what forward and backward passes run on.</summary>
    public TNetwork Network { get; }

    /// <inheritdoc/>
    public void TakeWeights()
    {
        using IDisposable noGradient = no_grad();
        foreach ((Module held, Module copy) in master.modules().Prepend(master).Zip(Network.modules().Prepend(Network)))
            if (copy.training != held.training)
                copy.train(held.training);
        foreach ((Parameter held, Parameter copy) in parameters)
            copy.requires_grad = held.requires_grad;
        foreach ((Tensor held, Tensor copy) in parameters.Select(pair => ((Tensor)pair.Master, (Tensor)pair.Copy)).Concat(buffers))
            copy.copy_(held);
    }

    /// <inheritdoc/>
    public void ReturnGradients()
    {
        using IDisposable noGradient = no_grad();
        using DisposeScope scope = NewDisposeScope();
        foreach ((Parameter held, Parameter copy) in parameters)
        {
            if (copy.grad is not { } gradient)
                continue;
            if (held.grad is { } sum)
                sum.add_(gradient);
            else
                held.grad = gradient.to(ScalarType.Float32, copy: true);
        }
        Network.zero_grad();
        foreach ((Tensor held, Tensor copy) in buffers)
            held.copy_(copy);
    }

    public void Dispose() => Network.Dispose();
}
