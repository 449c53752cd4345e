using MLNetDeepExtensions.Blocks;
using MLNetDeepExtensions.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetDeepExtensions.ImageGeneration;

/// <summary>The game of hinges (Zhang et al., arXiv 1805.08318, equation 4): the discriminator against the generator, once each or the first more often.</summary>
internal sealed class SelfAttentionGanStep : AdversarialStep<GenerationBatch>
{
    private const string Generator = AdversarialTrainingOptions.Generator, Discriminator = AdversarialTrainingOptions.Discriminator;
    private readonly SelfAttentionGanNetwork network;
    private readonly SelfAttentionGanGenerator.Options options;

    /// <param name="network">What learns.</param>
    /// <param name="options">Of the trainer.</param>
    /// <param name="optimisers">Of the generator and of the discriminator.</param>
    public SelfAttentionGanStep(SelfAttentionGanNetwork network, SelfAttentionGanGenerator.Options options, IReadOnlyDictionary<string, OptimizerHelper> optimisers)
        : base(new Dictionary<string, Module> { [Generator] = network.Generator, [Discriminator] = network.Discriminator }, [Generator], optimisers, [])
    {
        (this.network, this.options) = (network, options);
        // No copy of the networks: their layers cast weights that they have to divide by a singular value anyway.
        network.ComputeIn(options.Precision == Precision.BFloat16 ? ScalarType.BFloat16 : null);
    }

    private protected override LossTerms Play(IReadOnlyList<GenerationBatch> microBatches, Rates rates)
    {
        IReadOnlyList<GenerationBatch>[] groups = [.. options.PerDiscriminatorUpdate(microBatches)];
        LossTerms[] judged = [.. groups.Select(group => Update(Discriminator, group, DiscriminatorLoss, rates))];
        LossTerms drawn = Update(Generator, groups[^1], GeneratorLoss, rates);
        return new LossTerms([.. LossTerms.Mean(judged).Terms, .. drawn.Terms]);
    }

    private IReadOnlyList<LossTensor> DiscriminatorLoss(GenerationBatch batch)
    {
        SelfAttentionGanInputs inputs = Inputs(batch);
        Tensor generated_NCHW;
        using (no_grad())
            generated_NCHW = network.Generator.call(inputs.Noise_NZ, inputs.Classes_N);
        // One pass for both, which no normalisation mixes: the spectral vectors move once in an update.
        Tensor logits_N = network.Discriminator.call(
            cat([batch.Images_NCHW, generated_NCHW], 0), inputs.Classes_N is null ? null : cat([batch.Classes_N!, inputs.Classes_N], 0));
        return [new LossTensor("discriminator", HingeLoss.OfDiscriminator(logits_N[..batch.Count], logits_N[batch.Count..]))];
    }

    private IReadOnlyList<LossTensor> GeneratorLoss(GenerationBatch batch)
    {
        SelfAttentionGanInputs inputs = Inputs(batch);
        Tensor generated_NCHW = network.Generator.call(inputs.Noise_NZ, inputs.Classes_N);
        return [new LossTensor("generator", HingeLoss.OfGenerator(network.Discriminator.call(generated_NCHW, inputs.Classes_N)))];
    }

    private SelfAttentionGanInputs Inputs(GenerationBatch batch) => SelfAttentionGanInputs.Random(network.Options, batch.Count, batch.Images_NCHW.device);

    public override void Dispose()
    {
        network.ComputeIn(null);
        base.Dispose();
    }
}
