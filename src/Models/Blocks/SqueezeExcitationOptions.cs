namespace MLNetDeepExtensions.Blocks;

/// <summary>Where a squeeze-and-excitation block stands in a residual block (Hu et al., arXiv 1709.01507, section 6.5, figure 5).</summary>
public enum ExcitationPosition
{
    /// <summary>At the end of the residual branch, before the sum (figure 3).</summary>
    Standard,

    /// <summary>Before the residual branch.</summary>
    Pre,

    /// <summary>After the sum and its ReLU.</summary>
    Post,

    /// <summary>On the shortcut, after its projection if it has one.</summary>
    Identity,

    /// <summary>After the 3x3 convolution inside the branch, of two the first (the paper's SE_3x3).</summary>
    Convolution,
}

/// <summary>The squeeze-and-excitation blocks of a network (Hu et al., arXiv 1709.01507). Defaults are the paper's.</summary>
public sealed record SqueezeExcitationOptions
{
    /// <summary>As in timm's seresnet18 to seresnet152.</summary>
    public static SqueezeExcitationOptions Timm { get; } = new() { HiddenMultiple = 8 };

    /// <summary>Channels over hidden units of the excitation, at least 1 (section 6.1).</summary>
    public int Reduction { get; init; } = 16;

    /// <summary>The block's place; networks without shortcuts know only <see cref="ExcitationPosition.Standard"/>.</summary>
    public ExcitationPosition Position { get; init; }

    /// <summary>Numbers of the stages that have the block (section 6.4): of 2 to 5 in residual networks, 1 to 5 in VGG-16, 3 to 5 in
    /// BN-Inception, 5 to 7 in Inception-v3; null for all. Without the last stage, a residual network of 50 layers grows by 4% instead of
    /// 10%.</summary>
    public int[]? Stages { get; init; }

    /// <summary>The two layers have biases, as in almost all public weights; equation 3 has none.</summary>
    public bool Biases { get; init; } = true;

    /// <summary>1: the hidden width is channels over <see cref="Reduction"/>, rounded down, as in the authors' weights. Above: it is
    /// rounded to the nearest multiple, at least one of them; timm has 8.</summary>
    public int HiddenMultiple { get; init; } = 1;

    /// <summary>Hidden units of the excitation of a number of channels, at least 1.</summary>
    public int Hidden(int channels) => HiddenMultiple == 1
        ? Math.Max(1, channels / Reduction)
        : Math.Max(1, (int)((double)channels / Reduction + HiddenMultiple / 2.0) / HiddenMultiple) * HiddenMultiple;

    /// <summary>What is wrong with the values, one sentence each; empty if all is well.</summary>
    public IEnumerable<string> Faults()
    {
        if (Reduction < 1)
            yield return $"SqueezeExcitation.Reduction: expected at least 1, got {Reduction}.";
        if (!Enum.IsDefined(Position))
            yield return $"SqueezeExcitation.Position: expected a member of {nameof(ExcitationPosition)}, got {Position}.";
        if (HiddenMultiple < 1)
            yield return $"SqueezeExcitation.HiddenMultiple: expected at least 1, got {HiddenMultiple}.";
    }

    /// <summary>The block number <paramref name="block"/>, from 1, of a stage; null if the stage has none.</summary>
    internal SqueezeExcitation? Create(int stage, int block, int channels) => Stages?.Contains(stage) == false ? null
        : new SqueezeExcitation(channels, Hidden(channels), Biases, $"SE_{stage}_{block}");
}
