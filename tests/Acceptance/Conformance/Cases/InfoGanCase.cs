using Microsoft.ML;
using MLNetDeepExtensions.ImageGeneration;

namespace MLNetDeepExtensions.Tests.Acceptance.Conformance.Cases;

internal sealed class InfoGanCase : GeneratorCase<InfoGanGenerator.Options>
{
    internal static InfoGanNetworkOptions Network { get; } = new()
    {
        ImageSize = 8, Channels = 3, Width = 0.125, CategoricalCodes = [3], ContinuousCodes = 1, NoiseSize = 4,
    };

    public override Type EstimatorType => typeof(InfoGanGenerator);

    public override bool FoldsNormalisation => false;

    // Great rates, so that a few updates make images that differ.
    protected override InfoGanGenerator.Options Options(Func<string, string> name) => new()
    {
        ImageColumnName = name("Image"), SeedColumnName = name("Seed"), GeneratedImageColumnName = name("GeneratedImage"), Network = Network,
        MaxEpochs = 2, BatchSize = 4, LearningRate = 0.05, DiscriminatorLearningRate = 0.01, AveragingDecay = 0.5, MirrorProbability = 0.5,
        Inference = new GenerationOptions { BatchSize = 4 },
    };

    protected override IEstimator<ITransformer> Create(MLContext ml, InfoGanGenerator.Options options) => ml.ImageGeneration.Trainers.InfoGan(options);
}
