using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Training;

/// <summary>Stochastic gradient descent with momentum.</summary>
internal static class MomentumDescent
{
    /// <summary>An optimiser that decays the weights of convolutions and linear layers, not biases and normalisation.</summary>
    public static OptimizerHelper Of(nn.Module network, double learningRate, double momentum, double weightDecay)
    {
        ILookup<bool, Parameter> parameters = network.parameters().ToLookup(parameter => parameter.ndim > 1);
        return optim.SGD(
            [
                new SGD.ParamGroup([.. parameters[true]], learningRate, momentum, weight_decay: weightDecay),
                new SGD.ParamGroup([.. parameters[false]], learningRate, momentum),
            ], learningRate, momentum);
    }
}
