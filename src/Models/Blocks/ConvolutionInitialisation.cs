using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Blocks;

/// <summary>Draws first weights for all convolutions of a module from the global random state; biases become zero.</summary>
internal static class ConvolutionInitialisation
{
    /// <summary>Normal, variance 2 over the number of outputs that an input feeds (He et al., arXiv 1502.01852, equation 14).</summary>
    public static void He(nn.Module module) =>
        Fill(module, weight => nn.init.kaiming_normal_(weight, mode: nn.init.FanInOut.FanOut, nonlinearity: nn.init.NonlinearityType.ReLU));

    /// <summary>Uniform, variance 2 over inputs plus outputs (Glorot and Bengio, AISTATS 2010, equation 16).</summary>
    public static void Xavier(nn.Module module) => Fill(module, weight => nn.init.xavier_uniform_(weight));

    /// <summary>Uniform, variance 1 over inputs (LeCun et al., Efficient BackProp, 1998, section 4.6).</summary>
    public static void LeCun(nn.Module module) => Fill(module, weight => nn.init.kaiming_uniform_(weight, a: 1));

    /// <summary>Normal with mean zero.</summary>
    public static void Normal(nn.Module module, double deviation) => Fill(module, weight => nn.init.normal_(weight, 0, deviation));

    private static void Fill(nn.Module module, Action<Tensor> draw)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        foreach (var convolution in module.modules().Prepend(module).OfType<Conv2d>())
        {
            draw(convolution.weight);
            convolution.bias?.zero_();
        }
    }
}
