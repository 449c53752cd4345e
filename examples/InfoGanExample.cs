using System.CommandLine;
using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetDeepExtensions.ImageGeneration;
using MLNetDeepExtensions.Training;

namespace MLNetDeepExtensions.Examples;

/// <summary>InfoGAN on images without labels: what its codes came to mean, as pictures and, where the data has labels, in numbers.</summary>
internal sealed class InfoGanExample : TrainingExample
{
    private readonly Option<int?> categories = new("--categories") { Description = "Values of the categorical code; default 10.", HelpName = "N" };
    private readonly Option<int?> continuous = new("--continuous") { Description = "Number of continuous codes; default 2.", HelpName = "N" };
    private readonly Option<double?> width = new("--width") { Description = "Factor on the channels of all layers; default 1, for generated shapes 0.25.", HelpName = "X" };
    private readonly Option<bool> plain = new("--plain") { Description = "A plain GAN as a baseline: the codes are read, but not taught." };

    protected override string Name => "infogan";

    protected override string Description =>
        "Trains an InfoGAN on a folder of images, class folders, IDX files (MNIST) or CIFAR, or on generated shapes.";

    protected override IEnumerable<Option> OwnOptions => [categories, continuous, width, plain];

    public override string Run(ExampleOptions options)
    {
        var output = new OutputFolder(options);
        var ml = new MLContext(options.Seed) { GpuDeviceId = options.Gpu, FallbackToCpu = false };
        using var session = new TrainingSession(ml);
        GenerationData data = GenerationData.Load(ml, options, output);

        InfoGanGenerator.Options recipe = Recipe(options, data) with
        {
            Samples = new SampleGrids { Folder = output.File("samples"), Rows = 10, Columns = 10 },
            CheckpointDirectory = output.Checkpoint,
            CheckpointEverySteps = 500,
            Resume = options.Resume,
            Progress = session.Progress,
            CancellationToken = session.Stop,
        };
        using InfoGanGenerationTransformer model = session.Watch(() => ml.ImageGeneration.Trainers.InfoGan(recipe).Fit(data.Train));
        using InfoGanEncodingTransformer encoder = model.AsEncoder();
        ml.Model.Save(model, null, output.Model);
        ml.Model.Save(encoder, null, output.File("encoder.zip"));
        output.Finish(model.History);

        double imagesPerSecond = DrawPictures(ml, model, output);
        InformationBound information = model.MutualInformation();
        CategoryMetrics? metrics = data.HasLabels && model.Network.CategoricalCodes.Length > 0
            ? ml.ImageGeneration.EvaluateCategories(encoder.Transform(data.Test)) : null;
        return InfoGanReport.Write(Name, data, model, information, metrics, imagesPerSecond, output);
    }

    /// <summary>Random images, and figure 2 for each code: rows are images, columns values of the code.</summary>
    /// <returns>Images generated per second.</returns>
    private static double DrawPictures(MLContext ml, InfoGanGenerationTransformer model, OutputFolder output)
    {
        const int Side = 10;
        int codes = model.Network.CategoricalCodes.Length + model.Network.ContinuousCodes;
        for (int code = 0; code < codes; code++)
            Gallery.Write(model.Traverse(code, samples: Side, steps: Side, from: -2, to: 2).ToImage(), output.File($"code-{code}.png"));
        long started = Stopwatch.GetTimestamp();
        Gallery.Write(model.Transform(ml.ImageGeneration.Seeds(Side * Side)), "GeneratedImage", Side, output.File("generated.png"));
        return Side * Side / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    /// <summary>
    /// The paper's rates. On MNIST an epoch takes some three minutes on one processor core. Continuous codes are learned by squared error, as in the
    /// authors' program.
    /// </summary>
    private InfoGanGenerator.Options Recipe(ExampleOptions options, GenerationData data)
    {
        int side = options.ImageSize ?? (data.ImageSide <= 28 && data.IsGrey ? 28 : data.ImageSide <= 32 ? 32 : 64);
        int batch = options.Batch ?? (data.TrainCount >= 10_000 ? 128 : 32);
        InfoGanNetworkOptions table = side == 28 ? InfoGanNetworkOptions.Mnist : InfoGanNetworkOptions.Svhn;
        return new InfoGanGenerator.Options
        {
            Network = table with
            {
                ImageSize = side, Channels = data.IsGrey ? 1 : 3, LearnsDeviation = false, Width = options.Value(width) ?? (data.IsGenerated ? 0.25 : 1),
                CategoricalCodes = [options.Value(categories) ?? 10], ContinuousCodes = options.Value(continuous) ?? 2,
            },
            MaxEpochs = options.Epochs ?? Math.Clamp((int)Math.Ceiling(360_000.0 / data.TrainCount), 1, data.IsGenerated ? 20 : 100),
            BatchSize = batch,
            Precision = options.Precision,
            IsPlainGan = options.Value(plain),
        };
    }
}
