using System.CommandLine;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetDeepExtensions.ImageTranslation;
using MLNetDeepExtensions.Training;

namespace MLNetDeepExtensions.Examples;

/// <summary>CycleGAN on images of two domains: from folders to a zip that any program with the library can load.</summary>
internal sealed class CycleGanExample : TrainingExample
{
    private const int GridRows = 6, GridSide = 64;

    private readonly Option<int?> blocks = new("--blocks") { Description = "Residual blocks of a generator, 1 to 32; default 3.", HelpName = "N" };
    private readonly Option<int?> width = new("--width") { Description = "Channels of the first layers, 1 to 512; default 16. The paper has 64.", HelpName = "N" };
    private readonly Option<double?> identity = new("--identity")
    {
        Description = "Weight of the identity terms as part of the cycle terms'; default 0. 0.5 keeps colours.", HelpName = "W",
    };

    protected override string Name => "cyclegan";

    protected override string Description =>
        "Trains CycleGAN on folders trainA and trainB of images (tested on testA and testB), or on generated shapes in two styles.";

    protected override IEnumerable<Option> OwnOptions => [blocks, width, identity];

    public override string Run(ExampleOptions options)
    {
        CycleGanTranslator.Options recipe = Recipe(options, Network(options));
        var output = new OutputFolder(options);
        var ml = new MLContext(options.Seed) { GpuDeviceId = options.Gpu, FallbackToCpu = false };
        using var session = new TrainingSession(ml);
        ImageTranslationData data = ImageTranslationData.Load(ml, options, output);

        recipe = recipe with
        {
            Samples = new SampleGrids { Folder = output.File("samples"), Rows = 4, Columns = 6 },
            CheckpointDirectory = output.Checkpoint,
            CheckpointEverySteps = 500,
            Resume = options.Resume,
            Progress = session.Progress,
            CancellationToken = session.Stop,
        };
        CycleGanTranslationTransformer model = session.Watch(() => ml.ImageTranslation.Trainers.CycleGan(recipe).Fit(data.Train(ml)));
        Save(ml, model, output.Model);
        output.Finish(model.History);

        using CycleGanTranslationTransformer reverse = model.Reverse();
        Save(ml, reverse, output.File("reverse.zip"));
        int side = recipe.Augmentation.CropSize;
        TranslationGrid.Write(model.Transform(data.Test(ml, domain: false, side)), reverse.Transform(data.Test(ml, domain: true, side)), GridSide, GridRows,
            output.File("translations.png"));
        using var judge = new StyleJudge(ml, data.Train(ml), data.TrainPhotos.Count);
        return ImageTranslationReport.Write(Name, data, model, ImageTranslationTest.Run(ml, model, data, domain: false, side, judge),
            ImageTranslationTest.Run(ml, reverse, data, domain: true, side, judge), output);
    }

    private static void Save(MLContext ml, CycleGanTranslationTransformer network, string path)
    {
        IDataView files = ml.Data.LoadFromEnumerable<Photo>([]);
        ml.Model.Save(new TransformerChain<ITransformer>(ml.Transforms.DecodeImages("Image", "ImagePath").Fit(files), network), null, path);
    }

    /// <summary>
    /// What learns within minutes on a processor with two cores: small images, narrow networks whose discriminators see patches of 34 pixels, and a rate above
    /// the paper's for the few updates there are.
    /// </summary>
    private CycleGanTranslator.Options Recipe(ExampleOptions options, CycleGanNetworkOptions network)
    {
        int side = options.ImageSize ?? (options.IsGenerated ? 32 : 64);
        var augmentation = new TranslationAugmentation { CropSize = side, LoadSize = side + side / 8 };
        return augmentation.CropSize % 4 != 0 || side < 24 ? throw UserError.InArguments($"--image-size: expected a multiple of 4 of at least 24, got {side}.")
            : new CycleGanTranslator.Options
            {
                Network = network,
                MaxEpochs = options.Epochs ?? (options.IsGenerated ? 24 : 60),
                BatchSize = options.Batch ?? 1,
                LearningRate = 5e-4,
                DiscriminatorLearningRate = 5e-4,
                Precision = options.Precision,
                IdentityWeight = options.Value(identity) ?? 0,
                Augmentation = augmentation,
                Inference = new ImageTranslationOptions { Precision = options.Precision },
            };
    }

    /// <exception cref="UserError">An option is out of its range, or not for this system.</exception>
    private CycleGanNetworkOptions Network(ExampleOptions options)
    {
        if (options.Backbone is not null || options.Weights is not null)
            throw UserError.InArguments("--backbone, --weights: not for cyclegan.");
        int channels = options.Value(width) ?? 16;
        var network = new CycleGanNetworkOptions
        {
            ResidualBlocks = options.Value(blocks) ?? 3, GeneratorWidth = channels, DiscriminatorWidth = channels, DiscriminatorLayers = 2,
        };
        return network.Faults().FirstOrDefault() is { } fault ? throw UserError.InArguments(fault) : network;
    }
}
