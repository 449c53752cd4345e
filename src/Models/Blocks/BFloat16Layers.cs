using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Blocks;

/// <summary>Lets the convolutions and linear layers of a network compute in bfloat16. Every layer casts what it is given to the format of its
/// weights.</summary>
/// <remarks>
/// Convolutions whose channels are not in sixteens keep Float32: oneDNN, as libtorch 2.10 has it, computes wrong results or wrong gradients of
/// their input in bfloat16 on x86 processors that have instructions for it, up to what happens to lie in memory. They are the small ones at the
/// ends of a network, so that little time is lost. Grouped ones keep it too: the gradient of strided ones ends the process (a division by zero).
/// </remarks>
internal static class BFloat16Layers
{
    private const int Lanes = 16;

    /// <summary>Changes the layers of <paramref name="network"/> in place.</summary>
    public static void Apply(nn.Module network)
    {
        foreach (nn.Module layer in network.modules())
            if (layer is Convolution convolution)
                Change(convolution, IsRight(convolution) ? ScalarType.BFloat16 : ScalarType.Float32);
            else if (layer is Linear linear)
                Change(linear, ScalarType.BFloat16);
    }

    /// <summary>Whether results and gradients in bfloat16 are right.</summary>
    private static bool IsRight(Convolution convolution) => convolution.groups == 1 && convolution.in_channels % Lanes == 0 && convolution.out_channels % Lanes == 0;

    private static void Change(nn.Module<Tensor, Tensor> layer, ScalarType format)
    {
        layer.to(format);
        layer.register_forward_pre_hook((_, x) => x.to(format));
        if (format != ScalarType.BFloat16)
            layer.register_forward_hook((_, _, y) => y.to(ScalarType.BFloat16));
    }
}
