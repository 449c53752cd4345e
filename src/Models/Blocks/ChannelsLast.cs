using static TorchSharp.torch;

namespace MLNetDeepExtensions.Blocks;

/// <summary>Memory layout in which the channels of one pixel lie side by side: the shape stays [N, C, H, W], convolutions run
/// faster.</summary>
/// <remarks>Such tensors are not contiguous: TorchSharp's own <c>Module.save</c> and <c>Module.load</c> refuse them.</remarks>
public static class ChannelsLast
{
    /// <summary>Lays out the four-dimensional parameters of <paramref name="network"/> anew, in place; values and shapes stay.</summary>
    public static void Apply(nn.Module network)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        foreach (var parameter in network.parameters())
            if (parameter.ndim == 4)
                parameter.set_(Of(parameter));
    }

    /// <summary>A copy of <paramref name="x_NCHW"/> in this layout.</summary>
    public static Tensor Of(Tensor x_NCHW)
    {
        using var scope = NewDisposeScope();
        return x_NCHW.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2).MoveToOuterDisposeScope();
    }
}
