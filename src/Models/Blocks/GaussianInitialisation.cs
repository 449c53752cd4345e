using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Blocks;

/// <summary>
/// First weights as adversarial networks have them since DCGAN (Radford et al., arXiv 1511.06434, section 4): normal with mean 0 in convolutions and dense
/// layers, around 1 in the factors of batch normalisation; biases become zero.
/// </summary>
internal static class GaussianInitialisation
{
    /// <summary>Draws from the global random state.</summary>
    public static void Apply(nn.Module module, double deviation = 0.02)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        foreach (nn.Module layer in module.modules().Prepend(module))
        {
            if (layer is Convolution convolution)
                Draw(convolution.weight, convolution.bias, 0, deviation);
            else if (layer is Linear linear)
                Draw(linear.weight, linear.bias, 0, deviation);
            else if (layer is BatchNorm { weight: { } factors } normalisation)
                Draw(factors, normalisation.bias, 1, deviation);
        }
    }

    private static void Draw(Tensor weight, Tensor? bias, double mean, double deviation)
    {
        nn.init.normal_(weight, mean, deviation);
        bias?.zero_();
    }
}
