using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Blocks;

/// <summary>What stands between a convolution and its activation.</summary>
public enum Normalisation
{
    /// <summary>Nothing; the convolution has a bias.</summary>
    None,

    /// <summary>Batch normalisation (Ioffe and Szegedy, arXiv 1502.03167).</summary>
    Batch,

    /// <summary>Batch normalisation whose statistics and factors never change, as in detectors fine-tuned with few images per
    /// batch.</summary>
    FrozenBatch,
}

/// <summary>Makes the modules that <see cref="Normalisation"/> names.</summary>
internal static class Normalisations
{
    public static nn.Module<Tensor, Tensor> Create(this Normalisation normalisation, int channels) => normalisation switch
    {
        Normalisation.None => nn.Identity(),
        Normalisation.Batch => new BatchNormalisation(channels),
        Normalisation.FrozenBatch => new FrozenBatchNormalisation(channels),
        _ => throw new ArgumentOutOfRangeException(nameof(normalisation), normalisation, "Unknown normalisation."),
    };

    /// <summary>A convolution with a bias exactly where no normalisation follows it.</summary>
    public static Conv2d Convolution(this Normalisation normalisation, int inputs, int outputs, int kernel, int stride = 1, int groups = 1,
        int dilation = 1) =>
        nn.Conv2d(inputs, outputs, kernel, stride, padding: kernel / 2 * dilation, dilation: dilation, groups: groups,
            bias: normalisation == Normalisation.None);
}
