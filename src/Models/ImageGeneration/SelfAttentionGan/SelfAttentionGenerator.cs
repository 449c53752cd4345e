using MLNetDeepExtensions.Blocks;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.ImageGeneration;

/// <summary>The generator of a Self-Attention GAN (Zhang et al., arXiv 1805.08318, section 4): noise, and a class if it knows classes, to an image.</summary>
/// <remarks>
/// State names follow the authors' code: snh0, block1 to block5, non_local, bn, snconv_last. Its running statistics follow the data faster than the
/// authors' (decay 0.9 against 0.999 and 0.9999), which leave part of the first values in after ten thousand updates; <see cref="Settle"/> measures them anew.
/// </remarks>
public sealed class SelfAttentionGenerator : nn.Module<Tensor, Tensor?, Tensor>
{
    private readonly SpectralLinear snh0;
    private readonly GeneratorBlock[] blocks;
    private readonly SelfAttention? non_local;
    private readonly ConditionalBatchNormalisation bn;
    private readonly SpectralConvolution snconv_last;

    /// <summary>Draws first weights from the global random state.</summary>
    /// <exception cref="ArgumentException">The options have faults; the message lists all.</exception>
    public SelfAttentionGenerator(SelfAttentionGanNetworkOptions options) : base(nameof(SelfAttentionGenerator))
    {
        options.EnsureValid();
        Options = options;
        using var scope = NewDisposeScope();
        IReadOnlyList<int> channels = options.GeneratorPlan;
        int classes = Math.Max(1, options.Classes), side = SelfAttentionGanNetworkOptions.FirstSide;
        snh0 = new SpectralLinear(options.NoiseSize, channels[0] * side * side);
        blocks = [.. channels.Zip(channels.Skip(1), (inputs, outputs) => new GeneratorBlock(classes, inputs, outputs))];
        AttentionAfter = options.AttentionSide == 0 ? null : int.Log2(options.AttentionSide / side) - 1;
        non_local = AttentionAfter is int index ? new SelfAttention(channels[index + 1]) : null;
        bn = new ConditionalBatchNormalisation(1, channels[^1]);
        snconv_last = new SpectralConvolution(channels[^1], options.Channels, 3);
        for (int i = 0; i < blocks.Length; i++)
            register_module($"block{i + 1}", blocks[i]);
        RegisterComponents();
        ChannelsLast.Apply(this);
    }

    /// <summary>What the network was made from.</summary>
    public SelfAttentionGanNetworkOptions Options { get; }

    private int? AttentionAfter { get; }

    /// <summary>Images [N, C, H, W] in -1 to 1, Float32.</summary>
    /// <param name="noise_NZ">Normal.</param>
    /// <param name="classes_N">Int64, from 0; null for a generator without classes.</param>
    public override Tensor forward(Tensor noise_NZ, Tensor? classes_N)
    {
        using var scope = NewDisposeScope();
        return WithAttention(noise_NZ, classes_N).Images_NCHW.MoveToOuterDisposeScope();
    }

    /// <summary>Images, and where each position of the map with attention looked.</summary>
    /// <param name="noise_NZ">Normal.</param>
    /// <param name="classes_N">Int64, from 0; null for a generator without classes.</param>
    /// <returns>Images [N, C, H, W] in -1 to 1, and weights [N, S S, S S / 4] for a map of side S, as <see cref="SelfAttention.WithAttention"/> gives them; null
    /// without attention.</returns>
    public (Tensor Images_NCHW, Tensor? Attention_NPK) WithAttention(Tensor noise_NZ, Tensor? classes_N)
    {
        GanClasses.Ensure(Options.Classes, classes_N);
        using var scope = NewDisposeScope();
        var first_N = zeros(noise_NZ.shape[0], ScalarType.Int64, noise_NZ.device);
        var x_NCHW = snh0.call(noise_NZ).reshape(noise_NZ.shape[0], -1, SelfAttentionGanNetworkOptions.FirstSide, SelfAttentionGanNetworkOptions.FirstSide);
        Tensor? attention_NPK = null;
        for (int i = 0; i < blocks.Length; i++)
        {
            x_NCHW = blocks[i].call(x_NCHW, classes_N ?? first_N);
            if (i == AttentionAfter)
                (x_NCHW, attention_NPK) = non_local!.WithAttention(x_NCHW);
        }
        var images_NCHW = snconv_last.call(bn.call(x_NCHW, first_N).relu_()).to(ScalarType.Float32).tanh();
        images_NCHW.MoveToOuterDisposeScope();
        attention_NPK?.MoveToOuterDisposeScope();
        return (images_NCHW, attention_NPK);
    }

    /// <summary>
    /// Measures the statistics of batch normalisation anew, as means over batches, and lets the power iterations follow: for weights that no update has left
    /// so, such as an average. Leaves the network in evaluation mode.
    /// </summary>
    /// <param name="batches">Noise and classes of each batch.</param>
    public void Settle(IEnumerable<(Tensor Noise_NZ, Tensor? Classes_N)> batches)
    {
        using var constant = no_grad();
        ConditionalBatchNormalisation[] normalisations = [.. modules().OfType<ConditionalBatchNormalisation>()];
        double[] momenta = [.. normalisations.Select(normalisation => normalisation.Momentum)];
        train();
        int count = 0;
        foreach (var (noise_NZ, classes_N) in batches)
        {
            using var scope = NewDisposeScope();
            count++;
            foreach (ConditionalBatchNormalisation normalisation in normalisations)
                normalisation.Momentum = 1.0 / count;
            call(noise_NZ, classes_N);
        }
        for (int i = 0; i < momenta.Length; i++)
            normalisations[i].Momentum = momenta[i];
        eval();
    }
}
