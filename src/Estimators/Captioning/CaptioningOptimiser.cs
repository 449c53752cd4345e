using MLNetDeepExtensions.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Captioning;

/// <summary>How a captioner's weights follow their gradients.</summary>
public enum CaptioningOptimiser
{
    /// <summary>Stochastic gradient descent, as in the paper (section 4.3.1).</summary>
    GradientDescent,

    /// <summary>Adam with decoupled weight decay (Loshchilov and Hutter, arXiv 1711.05101): far fewer updates, and what trains an encoder
    /// from random weights.</summary>
    Adam,
}

/// <summary>Makes optimisers of what is not frozen.</summary>
internal static class CaptioningOptimisers
{
    /// <summary>An optimiser that decays matrices and convolutions, not biases and normalisation.</summary>
    public static OptimizerHelper Create(this CaptioningOptimiser kind, nn.Module network, double learningRate, double momentum, double weightDecay) =>
        kind == CaptioningOptimiser.GradientDescent
            ? MomentumDescent.Of(network, learningRate, momentum, weightDecay)
            : ParameterwiseOptimiser.Decaying(network, weightDecay, (parameter, decay) => optim.AdamW([parameter], learningRate, weight_decay: decay));
}
