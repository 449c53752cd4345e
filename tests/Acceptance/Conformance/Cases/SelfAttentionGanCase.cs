using Microsoft.ML;
using MLNetDeepExtensions.ImageGeneration;

namespace MLNetDeepExtensions.Tests.Acceptance.Conformance.Cases;

internal sealed class SelfAttentionGanCase : GeneratorCase<SelfAttentionGanGenerator.Options>
{
    public override Type EstimatorType => typeof(SelfAttentionGanGenerator);

    public override IReadOnlyList<InputColumn> Inputs => [Image, new("Label", "Key") { IsTarget = true, AsText = "LabelText" }, Seed];

    public override bool FoldsNormalisation => false;

    // Great rates, so that a few updates make images that differ. The class of an image is drawn by its seed.
    protected override SelfAttentionGanGenerator.Options Options(Func<string, string> name) => new()
    {
        ImageColumnName = name("Image"), LabelColumnName = name("Label"), RequestedLabelColumnName = null, SeedColumnName = name("Seed"),
        GeneratedImageColumnName = name("GeneratedImage"),
        Network = new() { ImageSize = 16, NoiseSize = 4, GeneratorChannels = [16, 16, 8], DiscriminatorChannels = [16, 16], DiscriminatorHalvings = 2, AttentionSize = 8 },
        MaxEpochs = 2, BatchSize = 4, LearningRate = 0.02, DiscriminatorLearningRate = 0.01, AveragingDecay = 0.5, MirrorProbability = 0.5, SettlingBatches = 2,
        Inference = new GenerationOptions { BatchSize = 4 },
    };

    protected override IEstimator<ITransformer> Create(MLContext ml, SelfAttentionGanGenerator.Options options) =>
        ml.ImageGeneration.Trainers.SelfAttentionGan(options);
}
