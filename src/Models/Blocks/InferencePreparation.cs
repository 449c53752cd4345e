using TorchSharp;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Blocks;

/// <summary>Makes a trained network ready to predict fast. The work is done once, in place, on a copy that is never trained or
/// saved.</summary>
public static class InferencePreparation
{
    /// <summary>Evaluation mode, no gradients, normalisation folded, number format chosen, weights channels-last (but with
    /// <see cref="InstanceNormalisation"/>, which works on contiguous maps).</summary>
    /// <param name="network">A network with its final weights, on its final device.</param>
    /// <param name="precision">The format of weights and activations.</param>
    public static void Prepare(nn.Module network, Precision precision = Precision.Float32)
    {
        using var scope = NewDisposeScope();
        network.eval();
        foreach (var parameter in network.parameters())
            parameter.requires_grad = false;
        BatchNormFolding.Fold(network);
        foreach (var layer in network.modules().OfType<SpectralLayer>())
            layer.Fold();
        if (precision == Precision.BFloat16)
            network.to(ScalarType.BFloat16);
        if (!network.modules().OfType<InstanceNormalisation>().Any())
            ChannelsLast.Apply(network);
    }
}
