using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Training;

/// <summary>Stochastic gradient descent with momentum.</summary>
internal static class MomentumDescent
{
    /// <summary>An optimiser of what is not frozen, which decays the weights of convolutions and linear layers, not biases and
    /// normalisation.</summary>
    public static OptimizerHelper Of(nn.Module network, double learningRate, double momentum, double weightDecay) =>
        ParameterwiseOptimiser.Decaying(network, weightDecay, (parameter, decay) => optim.SGD([parameter], learningRate, momentum, weight_decay: decay));

    /// <summary>One line for every value that is out of its range.</summary>
    public static IEnumerable<string> Faults(double momentum, double weightDecay)
    {
        if (momentum is not (>= 0 and < 1))
            yield return $"Momentum: expected 0 to below 1, got {momentum}.";
        if (!(weightDecay >= 0))
            yield return $"WeightDecay: expected at least 0, got {weightDecay}.";
    }
}
