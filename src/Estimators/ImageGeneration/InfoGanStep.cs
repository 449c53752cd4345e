using MLNetDeepExtensions.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetDeepExtensions.ImageGeneration;

/// <summary>
/// The information-regularised game (equation 6): the discriminator, with the recognition network that shares its layers, against the generator. The bound on
/// the information is raised in both updates, with codes drawn anew for each, as in the authors' program.
/// </summary>
/// <param name="network">What learns.</param>
/// <param name="options">Of the trainer.</param>
/// <param name="optimisers">Of the generator and of the discriminator.</param>
/// <param name="lowPrecision">Computes in the network's place, if given.</param>
internal sealed class InfoGanStep(
    InfoGanNetwork network, InfoGanGenerator.Options options, IReadOnlyDictionary<string, OptimizerHelper> optimisers,
    BFloat16Copy<InfoGanNetwork>? lowPrecision) : AdversarialStep<GenerationBatch>(
        new Dictionary<string, Module> { [Generator] = network.Generator, [Discriminator] = network.Discriminator }, [Generator], optimisers,
        lowPrecision is null ? [] : [lowPrecision])
{
    private const string Generator = AdversarialTrainingOptions.Generator, Discriminator = AdversarialTrainingOptions.Discriminator;

    private InfoGanNetwork Network => lowPrecision?.Network ?? network;

    private protected override LossTerms Play(IReadOnlyList<GenerationBatch> microBatches, Rates rates)
    {
        IReadOnlyList<GenerationBatch>[] groups = [.. options.PerDiscriminatorUpdate(microBatches)];
        LossTerms[] judged = [.. groups.Select(group => Update(Discriminator, group, DiscriminatorLoss, rates))];
        LossTerms drawn = Update(Generator, groups[^1], GeneratorLoss, rates);
        // Of the information the discriminator's value, which is the recognition network's before its update.
        return new LossTerms([.. LossTerms.Mean(judged).Terms, drawn.Terms[0]]);
    }

    private IReadOnlyList<LossTensor> DiscriminatorLoss(GenerationBatch batch)
    {
        InfoGanInputs inputs = Inputs(batch);
        Tensor fake_NCHW;
        using (no_grad())
            fake_NCHW = Network.call(inputs.Inputs_NI);
        // Two passes, so that real and generated images each have batch statistics of their own.
        Tensor real_N = Network.Discriminator.Realness(Network.Discriminator.Features(batch.Images_NCHW));
        Tensor features_NF = Network.Discriminator.Features(fake_NCHW);
        Tensor fake_N = Network.Discriminator.Realness(features_NF);
        // Without information in the game, the recognition network looks on, so that the information can be measured.
        Tensor codes_NP = Network.Discriminator.Codes(options.IsPlainGan ? features_NF.detach() : features_NF);
        return [new LossTensor("discriminator", InfoGanLoss.Discriminator(real_N, fake_N)), .. Information(codes_NP, inputs)];
    }

    private IReadOnlyList<LossTensor> GeneratorLoss(GenerationBatch batch)
    {
        InfoGanInputs inputs = Inputs(batch);
        InfoGanOutput output = Network.Discriminator.Judge(Network.call(inputs.Inputs_NI));
        return [new LossTensor("generator", InfoGanLoss.Generator(output.Realness_N)), .. options.IsPlainGan ? [] : Information(output.Codes_NP, inputs)];
    }

    private InfoGanInputs Inputs(GenerationBatch batch) => InfoGanInputs.Random(network.Options, batch.Count, batch.Images_NCHW.device);

    private IEnumerable<LossTensor> Information(Tensor codes_NP, InfoGanInputs inputs)
    {
        if (InfoGanLoss.CategoricalInformation(network.Options, codes_NP, inputs) is { } ofCategories)
            yield return new LossTensor("categoricalInformation", ofCategories, -options.CategoricalWeight);
        if (InfoGanLoss.ContinuousInformation(network.Options, codes_NP, inputs) is { } ofValues)
            yield return new LossTensor("continuousInformation", ofValues, -options.ContinuousWeight);
    }
}
