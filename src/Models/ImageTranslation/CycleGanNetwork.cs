using static TorchSharp.torch;

namespace MLNetDeepExtensions.ImageTranslation;

/// <summary>The two generators: G from the first domain (the paper's X) to the second (Y), and F back (Zhu et al., arXiv 1703.10593, section 3).</summary>
public sealed class CycleGanNetwork : nn.Module
{
    /// <summary>Draws first weights from the global random state.</summary>
    /// <param name="options">What the generators are.</param>
    /// <param name="bothDirections">False for G alone: a published generator comes without its counterpart.</param>
    /// <exception cref="ArgumentException">The options have faults; the message lists all.</exception>
    public CycleGanNetwork(CycleGanNetworkOptions options, bool bothDirections = true) : base(nameof(CycleGanNetwork))
    {
        Options = options;
        register_module(nameof(G), G = new CycleGanGenerator(options));
        if (bothDirections)
            register_module(nameof(F), F = new CycleGanGenerator(options));
    }

    /// <summary>What the networks are.</summary>
    public CycleGanNetworkOptions Options { get; }

    /// <summary>First domain to second. The authors' code calls it G_A.</summary>
    public CycleGanGenerator G { get; }

    /// <summary>Second domain to first, the authors' G_B; null if there is only one direction.</summary>
    public CycleGanGenerator? F { get; }
}

/// <summary>The two discriminators: D_Y judges what G draws, D_X what F draws. The authors' code calls them D_A and D_B, in that order.</summary>
public sealed class CycleGanDiscriminators : nn.Module
{
    /// <summary>Draws first weights from the global random state.</summary>
    /// <exception cref="ArgumentException">The options have faults; the message lists all.</exception>
    public CycleGanDiscriminators(CycleGanNetworkOptions options) : base(nameof(CycleGanDiscriminators))
    {
        register_module("D_X", X = new PatchDiscriminator(options));
        register_module("D_Y", Y = new PatchDiscriminator(options));
    }

    /// <summary>D_X: images of the first domain against F's.</summary>
    public PatchDiscriminator X { get; }

    /// <summary>D_Y: images of the second domain against G's.</summary>
    public PatchDiscriminator Y { get; }
}
