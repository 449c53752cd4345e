using static TorchSharp.torch;

namespace MLNetDeepExtensions.ImageGeneration;

/// <summary>What the network says about the bytes at a position.</summary>
public enum PixelOutput
{
    /// <summary>A probability for each of the 256 values of each channel, given the channels before (Parmar et al., arXiv 1802.05751,
    /// section 3.4).</summary>
    Categorical,

    /// <summary>A mixture of logistic distributions over the channels of a pixel, cut at the borders between values (section 3.4; Salimans
    /// et al., PixelCNN++, arXiv 1701.05517, section 2.1): knows that neighbouring values are alike.</summary>
    LogisticMixture,
}

/// <summary>The distribution of the bytes at a position, as the numbers that the network gives for it say.</summary>
internal abstract class PixelDistribution
{
    /// <summary>Values of a byte.</summary>
    public const int ValueCount = 256;

    /// <summary>How many numbers the network gives for a position.</summary>
    public abstract int Parameters { get; }

    public static PixelDistribution Of(PixelOutput output, int channels, int mixtures) =>
        output == PixelOutput.Categorical ? new CategoricalPixels() : new LogisticMixturePixels(channels, mixtures);

    /// <summary>Log-probability in nats [N, T] of the bytes at each position.</summary>
    /// <param name="parameters_NTP">From the network.</param>
    /// <param name="values_NTc">Int64, 0 to 255.</param>
    public abstract Tensor LogProbability(Tensor parameters_NTP, Tensor values_NTc);

    /// <summary>Log-probabilities [N, 256], but for a summand, of the values of a channel.</summary>
    /// <param name="parameters_NP">From the network, for one position.</param>
    /// <param name="earlier_Nc">Bytes of the channels before it at the same position, Int64.</param>
    public abstract Tensor Scores(Tensor parameters_NP, Tensor earlier_Nc);
}

/// <summary>Scores of 256 values before softmax.</summary>
internal sealed class CategoricalPixels : PixelDistribution
{
    public override int Parameters => ValueCount;

    public override Tensor LogProbability(Tensor parameters_NTP, Tensor values_NTc)
    {
        using var scope = NewDisposeScope();
        return nn.functional.log_softmax(parameters_NTP, -1).gather(-1, values_NTc).squeeze(-1).MoveToOuterDisposeScope();
    }

    public override Tensor Scores(Tensor parameters_NP, Tensor earlier_Nc) => parameters_NP;
}
