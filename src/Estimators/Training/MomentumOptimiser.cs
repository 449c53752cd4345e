using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Training;

/// <summary>Stochastic gradient descent with momentum as detectors use it.</summary>
internal static class MomentumOptimiser
{
    /// <summary>An optimiser of the parameters that are not frozen; biases and normalisation are not decayed.</summary>
    public static OptimizerHelper Create(IEnumerable<Parameter> parameters, double learningRate, double momentum, double weightDecay)
    {
        ILookup<bool, Parameter> learning = parameters.Where(parameter => parameter.requires_grad).ToLookup(parameter => parameter.ndim > 1);
        return optim.SGD(
            [
                new SGD.ParamGroup([.. learning[true]], learningRate, momentum, weight_decay: weightDecay),
                new SGD.ParamGroup([.. learning[false]], learningRate, momentum),
            ], learningRate, momentum);
    }
}
