using MLNetDeepExtensions.Blocks;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.ImageGeneration;

/// <summary>
/// The discriminator of a Self-Attention GAN (Zhang et al., arXiv 1805.08318, section 4), which takes classes by projection (Miyato and Koyama, cGANs with
/// Projection Discriminator, arXiv 1802.05637, equation 3).
/// </summary>
/// <remarks>State names follow the authors' code: optimized_block1, block2 to block6, non_local, sn_linear, sn_embedding.</remarks>
public sealed class ProjectionDiscriminator : nn.Module<Tensor, Tensor?, Tensor>
{
    private readonly FirstDiscriminatorBlock optimized_block1;
    private readonly DiscriminatorBlock[] blocks;
    private readonly SelfAttention? non_local;
    private readonly SpectralLinear sn_linear;
    private readonly SpectralEmbedding? sn_embedding;

    /// <summary>Draws first weights from the global random state.</summary>
    /// <exception cref="ArgumentException">The options have faults; the message lists all.</exception>
    public ProjectionDiscriminator(SelfAttentionGanNetworkOptions options) : base(nameof(ProjectionDiscriminator))
    {
        options.EnsureValid();
        Options = options;
        using var scope = NewDisposeScope();
        IReadOnlyList<int> channels = options.DiscriminatorPlan;
        optimized_block1 = new FirstDiscriminatorBlock(options.Channels, channels[0]);
        blocks = [.. channels.Zip(channels.Skip(1)).Select((pair, i) => new DiscriminatorBlock(pair.First, pair.Second, halves: i + 1 < options.Halvings))];
        AttentionAfter = options.AttentionSide == 0 ? null : int.Log2(options.ImageSize / options.AttentionSide) - 1;
        non_local = AttentionAfter is int index ? new SelfAttention(channels[index]) : null;
        sn_linear = new SpectralLinear(channels[^1], 1);
        sn_embedding = options.Classes > 0 ? new SpectralEmbedding(options.Classes, channels[^1]) : null;
        for (int i = 0; i < blocks.Length; i++)
            register_module($"block{i + 2}", blocks[i]);
        RegisterComponents();
        ChannelsLast.Apply(this);
    }

    /// <summary>What the network was made from.</summary>
    public SelfAttentionGanNetworkOptions Options { get; }

    private int? AttentionAfter { get; }

    /// <summary>How real the images look [N], Float32: unbounded, above 0 for real.</summary>
    /// <param name="images_NCHW">In -1 to 1.</param>
    /// <param name="classes_N">Int64, from 0; null for a discriminator without classes.</param>
    public override Tensor forward(Tensor images_NCHW, Tensor? classes_N)
    {
        GanClasses.Ensure(Options.Classes, classes_N);
        using var scope = NewDisposeScope();
        var x_NCHW = optimized_block1.call(images_NCHW);
        for (int i = 0; i <= blocks.Length; i++)
        {
            if (i > 0)
                x_NCHW = blocks[i - 1].call(x_NCHW);
            if (i == AttentionAfter)
                x_NCHW = non_local!.call(x_NCHW);
        }
        // The sum over positions, not the mean, as in the code of both papers.
        var features_NC = nn.functional.relu(x_NCHW).sum([2, 3], type: ScalarType.Float32);
        var logits_N = sn_linear.call(features_NC).to(ScalarType.Float32).squeeze(1);
        if (sn_embedding is not null)
            logits_N = logits_N + (sn_embedding.call(classes_N!).to(ScalarType.Float32) * features_NC).sum(1);
        return logits_N.MoveToOuterDisposeScope();
    }
}
