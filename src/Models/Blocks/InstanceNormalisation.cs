using static TorchSharp.torch;

namespace MLNetDeepExtensions.Blocks;

/// <summary>
/// Instance normalisation (Ulyanov et al., arXiv 1607.08022): every channel of every image to mean 0 and variance 1. It learns nothing and keeps no
/// statistics, so training and inference are the same.
/// </summary>
/// <remarks>Always in 32 bits, whatever the format around it: sums over a whole map lose too much in 16. And always on contiguous maps: networks with it
/// are best left in that layout.</remarks>
public sealed class InstanceNormalisation(double eps = 1e-5) : nn.Module<Tensor, Tensor>(nameof(InstanceNormalisation))
{
    /// <summary>Same shape and type as the input.</summary>
    /// <param name="x_NCHW">More than one value per channel says something; of a single one nothing but 0 is left.</param>
    public override Tensor forward(Tensor x_NCHW)
    {
        using var scope = NewDisposeScope();
        // As groups of one channel, which is the same: of a single image whose gradient comes channels-last, libtorch's function of this
        // name returns a wrong gradient.
        Tensor x = x_NCHW.to(ScalarType.Float32).contiguous();
        return nn.functional.group_norm(x, x.shape[1], eps: eps).to(x_NCHW.dtype).MoveToOuterDisposeScope();
    }
}
