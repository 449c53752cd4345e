using static TorchSharp.torch;

namespace MLNetDeepExtensions.ImageGeneration;

/// <summary>
/// A mixture of logistic distributions over the channels of a pixel, each channel's probability being the mass between the borders of its
/// value; means depend linearly on the channels before (Salimans et al., PixelCNN++, arXiv 1701.05517, section 2.2, equation 3).
/// </summary>
/// <remarks>
/// A pixel's numbers: a score for each component; then channel by channel the means, the logarithms of the scales, and the coefficients
/// (green from red, blue from red, blue from green), each for all components. Differs from the published code: the probability is exact
/// even where it is smaller than what a difference of two sigmoids can show, where that code takes the density instead; see
/// <see cref="LogMass"/>.
/// </remarks>
internal sealed class LogisticMixturePixels(int channels, int mixtures) : PixelDistribution
{
    private const double SmallestLogScale = -7, HalfBin = 1 / 255.0, Middle = 127.5;

    private readonly int pairs = channels * (channels - 1) / 2;

    public override int Parameters => mixtures * (1 + 2 * channels + pairs);

    /// <summary>Bytes as numbers from -1 to 1.</summary>
    public static Tensor Scaled(Tensor bytes, ScalarType format) => bytes.to(format) / Middle - 1;

    public override Tensor LogProbability(Tensor parameters_NTP, Tensor values_NTc)
    {
        using var scope = NewDisposeScope();
        Tensor joint_NTK = nn.functional.log_softmax(Weights(parameters_NTP), -1);
        for (int channel = 0; channel < channels; channel++)
            joint_NTK = joint_NTK + Channel(parameters_NTP, values_NTc, values_NTc[.., .., channel..(channel + 1)], channel);
        return joint_NTK.logsumexp(-1).MoveToOuterDisposeScope();
    }

    public override Tensor Scores(Tensor parameters_NP, Tensor earlier_Nc)
    {
        using var scope = NewDisposeScope();
        // What was drawn in the channels before says which component they come from.
        Tensor component_NK = Weights(parameters_NP);
        int channel = (int)earlier_Nc.shape[1];
        for (int before = 0; before < channel; before++)
            component_NK = component_NK + Channel(parameters_NP, earlier_Nc, earlier_Nc[.., before..(before + 1)], before);
        Tensor all_V1 = arange(ValueCount, device: parameters_NP.device).unsqueeze(-1);
        Tensor values_NVK = component_NK.unsqueeze(1) + Channel(parameters_NP.unsqueeze(1), earlier_Nc.unsqueeze(1), all_V1, channel);
        return values_NVK.logsumexp(-1).MoveToOuterDisposeScope();
    }

    /// <summary>Log-probability [.., components] of a value [.., 1] of a channel.</summary>
    private Tensor Channel(Tensor parameters, Tensor values, Tensor value, int channel)
    {
        Tensor mean = Part(parameters, 1 + channel);
        for (int before = 0; before < channel; before++)
        {
            Tensor coefficient = Part(parameters, 1 + 2 * channels + channel * (channel - 1) / 2 + before).tanh();
            mean = mean + coefficient * Scaled(values.narrow(-1, before, 1), parameters.dtype);
        }
        return LogMass(value, mean, Part(parameters, 1 + channels + channel));
    }

    /// <summary>
    /// Logarithm of sigmoid(a) - sigmoid(b), where a and b are the borders of the value less the mean over the scale; the lowest and the
    /// highest value reach to infinity. Written as sigmoid(a) sigmoid(-b) (1 - exp(b - a)), it has no difference of nearly equal numbers.
    /// </summary>
    private static Tensor LogMass(Tensor value, Tensor mean, Tensor logScale)
    {
        Tensor inverse = (-logScale.clamp_min(SmallestLogScale)).exp();
        Tensor centred = Scaled(value, mean.dtype) - mean;
        Tensor isLowest = value.eq(0), isHighest = value.eq(ValueCount - 1);
        Tensor below = nn.functional.logsigmoid((centred + HalfBin) * inverse).masked_fill(isHighest, 0);
        Tensor above = nn.functional.logsigmoid((HalfBin - centred) * inverse).masked_fill(isLowest, 0);
        Tensor width = (-(-2 * HalfBin * inverse).expm1()).log().masked_fill(isLowest | isHighest, 0);
        return below + above + width;
    }

    private Tensor Weights(Tensor parameters) => Part(parameters, 0);

    private Tensor Part(Tensor parameters, int part) => parameters.narrow(-1, part * (long)mixtures, mixtures);
}
