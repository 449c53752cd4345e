using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Blocks;

/// <summary>Moves batch normalisation into the convolution before it: <c>s (w * x) + t = (s w) * x + t</c>.</summary>
public static class BatchNormFolding
{
    /// <summary>
    /// Folds every pair in <paramref name="network"/>, in place. The network can then only evaluate, its convolutions have biases and its
    /// state
    /// no longer fits an unfolded network: prepare a copy and save the original.
    /// </summary>
    /// <returns>The number of normalisations folded.</returns>
    public static int Fold(nn.Module network)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        int folded = 0;
        foreach (var (convolution, normalisation) in network.modules().Prepend(network).SelectMany(Pairs).ToList())
            folded += Fold(convolution, normalisation) ? 1 : 0;
        return folded;
    }

    private static IEnumerable<(Conv2d Convolution, nn.Module Normalisation)> Pairs(nn.Module module) => module switch
    {
        INormalisedConvolutions block => block.NormalisedConvolutions.Select(pair => (pair.Convolution, (nn.Module)pair.Normalisation)),
        Sequential sequence => Neighbours(sequence.children().ToList()),
        _ => [],
    };

    private static IEnumerable<(Conv2d, nn.Module)> Neighbours(List<nn.Module> modules)
    {
        for (int i = 0; i + 1 < modules.Count; i++)
            if (modules[i] is Conv2d convolution)
                yield return (convolution, modules[i + 1]);
    }

    private static bool Fold(Conv2d convolution, nn.Module module)
    {
        if (module is not IFoldableNormalisation { IsFolded: false } normalisation)
            return false;
        var (scale_C, shift_C) = normalisation.ScaleAndShift();
        convolution.weight.mul_(scale_C.view(-1, 1, 1, 1));
        var bias_C = convolution.bias is null ? shift_C : convolution.bias * scale_C + shift_C;
        convolution.bias = new Parameter(bias_C.detach().clone(), requires_grad: false);
        normalisation.MarkFolded();
        return true;
    }
}
