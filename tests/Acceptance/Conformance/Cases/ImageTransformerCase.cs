using Microsoft.ML;
using MLNetDeepExtensions.ImageGeneration;
using MLNetDeepExtensions.Training;

namespace MLNetDeepExtensions.Tests.Acceptance.Conformance.Cases;

internal sealed class ImageTransformerCase : GeneratorCase<ImageTransformerGenerator.Options>
{
    public override Type EstimatorType => typeof(ImageTransformerGenerator);

    public override bool FoldsNormalisation => false;

    public override bool ConvertsPreparedCopy => true;

    protected override ImageTransformerGenerator.Options Options(Func<string, string> name) => new()
    {
        ImageColumnName = name("Image"), SeedColumnName = name("Seed"), GeneratedImageColumnName = name("GeneratedImage"),
        Network = new()
        {
            ImageSize = 4, Channels = 1, Output = PixelOutput.LogisticMixture, Mixtures = 2, Layers = 1, Width = 8, Heads = 2, FeedForwardWidth = 8,
            Attention = new LocalAttention.OneDimensional { QueryLength = 8, MemoryLength = 8 },
        },
        MaxEpochs = 2, BatchSize = 4, LearningRate = 0.01, Schedule = new LearningRateSchedule.Constant(), AveragingDecay = 0.5, MirrorProbability = 0.5,
        Inference = new() { BatchSize = 4 },
    };

    protected override IEstimator<ITransformer> Create(MLContext ml, ImageTransformerGenerator.Options options) =>
        ml.ImageGeneration.Trainers.ImageTransformer(options);
}
