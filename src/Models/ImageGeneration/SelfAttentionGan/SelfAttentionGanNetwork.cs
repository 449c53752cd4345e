using MLNetDeepExtensions.Blocks;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.ImageGeneration;

/// <summary>Generator and discriminator of a Self-Attention GAN (Zhang et al., Self-Attention Generative Adversarial Networks, ICML 2019, arXiv
/// 1805.08318).</summary>
public sealed class SelfAttentionGanNetwork : nn.Module<Tensor, Tensor?, Tensor>
{
    private readonly SelfAttentionGenerator generator;
    private readonly ProjectionDiscriminator discriminator;

    /// <summary>Draws first weights from the global random state.</summary>
    /// <exception cref="ArgumentException">The options have faults; the message lists all.</exception>
    public SelfAttentionGanNetwork(SelfAttentionGanNetworkOptions options) : base(nameof(SelfAttentionGanNetwork))
    {
        Options = options;
        generator = new SelfAttentionGenerator(options);
        discriminator = new ProjectionDiscriminator(options);
        RegisterComponents();
    }

    /// <summary>What the network was made from.</summary>
    public SelfAttentionGanNetworkOptions Options { get; }

    /// <summary>Noise to images.</summary>
    public SelfAttentionGenerator Generator => generator;

    /// <summary>Images to how real they look.</summary>
    public ProjectionDiscriminator Discriminator => discriminator;

    /// <summary>Images [N, C, H, W] in -1 to 1: the generator's.</summary>
    /// <param name="noise_NZ">Normal.</param>
    /// <param name="classes_N">Int64, from 0; null for a network without classes.</param>
    public override Tensor forward(Tensor noise_NZ, Tensor? classes_N) => generator.call(noise_NZ, classes_N);

    /// <summary>Sets the number format in which convolutions and dense layers compute; weights and normalisation stay in their own. Null for that of the
    /// weights.</summary>
    internal void ComputeIn(ScalarType? format)
    {
        foreach (SpectralLayer layer in modules().OfType<SpectralLayer>())
            layer.ComputeFormat = format;
    }
}
