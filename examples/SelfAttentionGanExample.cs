using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetDeepExtensions.ImageGeneration;
using MLNetDeepExtensions.Images;
using MLNetDeepExtensions.Training;

namespace MLNetDeepExtensions.Examples;

/// <summary>A Self-Attention GAN on images with one class each: from files to a zip that makes images of the class asked for, judged by a classifier that
/// was trained on the real ones.</summary>
internal sealed class SelfAttentionGanExample : TrainingExample
{
    private const int MostPerClass = 200, AttendedImages = 6;

    protected override string Name => "sagan";

    protected override string Description =>
        "Trains a class-conditional Self-Attention GAN on class folders, IDX files (MNIST) or CIFAR, or on generated shapes.";

    public override string Run(ExampleOptions options)
    {
        if (options.ImageSize is { } side && new SelfAttentionGanNetworkOptions { ImageSize = side }.Faults().FirstOrDefault() is { } fault)
            throw UserError.InArguments(fault);
        var output = new OutputFolder(options);
        var ml = new MLContext(options.Seed) { GpuDeviceId = options.Gpu, FallbackToCpu = false };
        using var session = new TrainingSession(ml);
        ClassificationData data = ClassificationData.Load(ml, options, output);
        SelfAttentionGanGenerator.Options recipe = Recipe(options, data);

        SelfAttentionGanGenerator.Options watched = recipe with
        {
            CheckpointDirectory = output.Checkpoint,
            CheckpointEverySteps = 500,
            Resume = options.Resume,
            Progress = session.Progress,
            CancellationToken = session.Stop,
            Samples = new SampleGrids { Folder = output.File("samples"), Rows = 8, Columns = 10 },
        };
        using SelfAttentionGanGenerationTransformer model = session.Watch(() => Train(ml, data.Train, watched));
        ml.Model.Save(model, null, output.Model);
        output.Finish(model.History);
        WriteAttention(model, output.File("attention.png"));

        using GenerationJudge judge = session.Watch(() => GenerationJudge.Train(ml, options, data, session.Progress));
        using SelfAttentionGanGenerationTransformer untrained = Train(ml, ml.Data.TakeRows(data.Train, recipe.BatchSize), Untrained(recipe));
        int perClass = (int)Math.Clamp(data.TrainCount / model.Labels.Count, 2, MostPerClass);
        return GenerationReport.Write(Name, data, model, judge.Test(model, perClass), judge.Test(untrained, perClass), output);
    }

    private static SelfAttentionGanGenerationTransformer Train(MLContext ml, IDataView data, SelfAttentionGanGenerator.Options options) =>
        ml.Transforms.Conversion.MapValueToKey("Label", keyOrdinality: Microsoft.ML.Transforms.ValueToKeyMappingEstimator.KeyOrdinality.ByValue)
            .Append(ml.ImageGeneration.Trainers.SelfAttentionGan(options)).Fit(data).LastTransformer;

    /// <summary>
    /// What two processor cores can train: up to 64 pixels the small network at 32, seeing 240,000 images at rates that fall to 0; larger images with the
    /// paper's network at 64.
    /// </summary>
    private static SelfAttentionGanGenerator.Options Recipe(ExampleOptions options, ClassificationData data)
    {
        SelfAttentionGanGenerator.Options small = SelfAttentionGanGenerator.Options.Small;
        int side = options.ImageSize ?? (data.ImageSide <= 64 ? 32 : 64);
        SelfAttentionGanNetworkOptions network = side == 32 ? small.Network : new SelfAttentionGanNetworkOptions { ImageSize = side };
        network = network with { Channels = data.IsGrey ? 1 : 3 };
        return small with
        {
            Network = network,
            MaxEpochs = options.Epochs ?? Math.Clamp((int)Math.Ceiling(240_000.0 / data.TrainCount), 1, 30),
            BatchSize = options.Batch ?? small.BatchSize,
            Precision = options.Precision,
            ShufflePoolSize = 60_000,
        };
    }

    /// <summary>One update of next to nothing: the same network, as it was before it learned.</summary>
    private static SelfAttentionGanGenerator.Options Untrained(SelfAttentionGanGenerator.Options recipe)
    {
        const double Nothing = 1e-12;
        return recipe with { MaxEpochs = 1, LearningRate = Nothing, DiscriminatorLearningRate = Nothing, AveragingDecay = 0 };
    }

    /// <summary>A row for each image: three places of its map, then where each of them looked.</summary>
    private static void WriteAttention(SelfAttentionGanGenerationTransformer model, string path)
    {
        int side = model.Network.AttentionSide;
        if (side == 0)
            return;
        GenerationRequest[] requests = [.. Enumerable.Range(0, AttendedImages).Select(i => new GenerationRequest(i, i % model.Labels.Count))];
        IReadOnlyList<GeneratedAttention> attended = model.Attend(requests, (side / 4, side / 2), (side / 2, side / 2), (3 * side / 4, side / 4));
        using MLImage picture = GeneratedAttention.ToImage(attended).ToMLImage();
        picture.Save(path);
    }
}
