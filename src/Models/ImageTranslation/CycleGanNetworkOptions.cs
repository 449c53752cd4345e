using MLNetDeepExtensions.Settings;

namespace MLNetDeepExtensions.ImageTranslation;

/// <summary>
/// What the networks of CycleGAN are (Zhu et al., ICCV 2017, arXiv 1703.10593, section 4 and appendix 7.2). Saved with the weights; defaults are the paper's for
/// images of 256 pixels and more.
/// </summary>
public sealed record CycleGanNetworkOptions
{
    /// <summary>Residual blocks of a generator, 1 to 32; the paper has 6 for images of 128 pixels and 9 from 256 on.</summary>
    public int ResidualBlocks { get; init; } = 9;

    /// <summary>Channels of a generator's first layer, 1 to 512; the blocks have four times as many.</summary>
    public int GeneratorWidth { get; init; } = 64;

    /// <summary>Channels of a discriminator's first layer, 1 to 512; the last ones have up to eight times as many.</summary>
    public int DiscriminatorWidth { get; init; } = 64;

    /// <summary>
    /// Layers of a discriminator that halve the map, 1 to 6: it judges patches of 16, 34, 70, 142, 286 or 574 pixels. The paper has 3, for 70x70.
    /// </summary>
    public int DiscriminatorLayers { get; init; } = 3;

    /// <summary>What is wrong with the values, one sentence each; empty if all is well.</summary>
    public IEnumerable<string> Faults()
    {
        foreach ((string name, int value, int most) in new[] {
            (nameof(ResidualBlocks), ResidualBlocks, 32), (nameof(GeneratorWidth), GeneratorWidth, 512),
            (nameof(DiscriminatorWidth), DiscriminatorWidth, 512), (nameof(DiscriminatorLayers), DiscriminatorLayers, 6) })
        {
            if (value < 1 || value > most)
                yield return $"{name}: expected 1 to {most}, got {value}.";
        }
    }

    internal void EnsureValid() => Faults().ThrowIfAny(nameof(CycleGanNetworkOptions));
}
