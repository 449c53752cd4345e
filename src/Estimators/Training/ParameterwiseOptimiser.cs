using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Training;

/// <summary>
/// An optimiser for each parameter, as one. What TorchSharp's optimisers need for a step they keep to its end, for all their parameters together: as much
/// memory again as these take, fresh and cold. Here it is free before the next parameter, and the results are the same.
/// </summary>
internal sealed class ParameterwiseOptimiser : OptimizerHelper
{
    private readonly OptimizerHelper[] optimisers;

    /// <param name="parameters">In the order in which checkpoints hold their states.</param>
    /// <param name="create">The optimiser of one of them, with one group.</param>
    public ParameterwiseOptimiser(IEnumerable<Parameter> parameters, Func<Parameter, OptimizerHelper> create)
    {
        Parameter[] all = [.. parameters];
        optimisers = [.. all.Select(create)];
        _parameter_groups = [.. optimisers.SelectMany(optimiser => optimiser.ParamGroups).Cast<ParamGroup>()];
        foreach ((Parameter parameter, OptimizerHelper optimiser) in all.Zip(optimisers))
            _state[parameter.Handle] = optimiser.state_dict().State.Single();
    }

    /// <summary>For what is not frozen in a network: decays the weights of convolutions and linear layers, not biases and normalisation.</summary>
    /// <param name="network">The network.</param>
    /// <param name="weightDecay">Of those that decay.</param>
    /// <param name="create">The optimiser of a parameter, given its weight decay.</param>
    public static ParameterwiseOptimiser Decaying(nn.Module network, double weightDecay, Func<Parameter, double, OptimizerHelper> create)
    {
        ILookup<bool, Parameter> parameters = network.parameters().Where(parameter => parameter.requires_grad).ToLookup(parameter => parameter.ndim > 1);
        return new([.. parameters[true], .. parameters[false]], parameter => create(parameter, parameter.ndim > 1 ? weightDecay : 0));
    }

    /// <inheritdoc/>
    public override Tensor step(Func<Tensor>? closure = null)
    {
        Tensor? loss = closure?.Invoke();
        foreach (OptimizerHelper optimiser in optimisers)
            optimiser.step();
        return loss!;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            foreach (OptimizerHelper optimiser in optimisers)
                optimiser.Dispose();
        base.Dispose(disposing);
    }
}
