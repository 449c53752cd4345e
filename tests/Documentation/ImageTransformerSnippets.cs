using Microsoft.ML;
using MLNetDeepExtensions.ImageGeneration;
using MLNetDeepExtensions.Training;

namespace MLNetDeepExtensions.Tests.Documentation;

/// <summary>The C# of docs/image-transformer.md.</summary>
internal static class ImageTransformerSnippets
{
    public static IDataView[] Use(MLContext ml)
    {
        IDataView digits = ml.Data.LoadFromIdx("train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz");
        var transformer = ml.ImageGeneration.Trainers.ImageTransformer(new ImageTransformerGenerator.Options
        {
            Network = new ImageTransformerNetworkOptions
            {
                ImageSize = 28, Channels = 1, Layers = 3, Width = 64, FeedForwardWidth = 256, Dropout = 0,
                Attention = new LocalAttention.OneDimensional { QueryLength = 112, MemoryLength = 112 },
            },
            MaxEpochs = 5, BatchSize = 16, LearningRate = 2e-3, Schedule = new LearningRateSchedule.Cosine { WarmUp = 0.05 },
            ValidationFraction = 0.02,
        }).Fit(digits);
        IDataView images = transformer.Transform(ml.ImageGeneration.Seeds(64, seed: 1));

        var completing = transformer.With(new ImageTransformerGenerationOptions { Task = ImageTransformerTask.Complete, GivenFraction = 0.5, Temperature = 0.9 });
        var judge = transformer.AsLikelihood();
        IDataView bits = judge.Transform(digits);
        ml.Model.Save(judge, digits.Schema, "likelihood.zip");
        return [images, completing.Transform(digits), bits];
    }

    public static ImageTransformerGenerator.Options Enlarging()
    {
        var enlarging = new ImageTransformerGenerator.Options
        {
            Network = new ImageTransformerNetworkOptions { ImageSize = 32, SuperResolution = new SuperResolutionOptions { Factor = 4, Radius = 1 } },
        };
        return enlarging;
    }
}
