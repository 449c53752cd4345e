using System.CommandLine;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetDeepExtensions.Captioning;
using MLNetDeepExtensions.Classification;
using MLNetDeepExtensions.Images;
using MLNetDeepExtensions.Text;
using MLNetDeepExtensions.Training;

namespace MLNetDeepExtensions.Examples;

/// <summary>Show and Tell on captioned images: from files to a zip that any program with the library can load.</summary>
internal sealed class ShowTellExample : TrainingExample
{
    /// <summary>Of fewer images all are learned from: a tenth would be too little to choose the best epoch by, and is missed in training.</summary>
    private const int FewestToValidate = 1000;

    private readonly Option<int?> beam = new("--beam") { Description = "Captions that are continued in the search; default 3, the paper has 20.", HelpName = "N" };

    private readonly Option<bool> fromAbove = new("--from-above")
    {
        Description = "For images without an up and a down, as aerial ones: all eight orientations are learned from.",
    };

    private readonly Option<string[]> others = new("--ensemble-with")
    {
        Description = "model.zip of runs on the same captions with other seeds: all models caption together.", HelpName = "ZIP", AllowMultipleArgumentsPerToken = true,
    };

    protected override string Name => "show-tell";

    protected override string Description =>
        "Trains a captioner on a folder with captions.tsv and images, on COCO's or Flickr's captions, or on generated shapes.";

    protected override IEnumerable<Option> OwnOptions => [beam, fromAbove, others];

    public override string Run(ExampleOptions options)
    {
        ShowTellCaptioner.Options recipe = Recipe(options);
        var output = new OutputFolder(options);
        var ml = new MLContext(options.Seed) { GpuDeviceId = options.Gpu, FallbackToCpu = false };
        using var session = new TrainingSession(ml);
        ShowTellCaptioningTransformer[] trained = [.. (options.Value(others) ?? []).Select(path => Captioner(ml, path))];
        CaptioningData data = CaptioningData.Load(ml, options, output);
        IDataView train = data.Train(ml);

        var pipeline = ml.Transforms.DecodeImages("Image", "ImagePath").Append(ml.ImageCaptioning.Trainers.ShowTell(recipe with
        {
            MaxEpochs = options.Epochs ?? (options.IsGenerated ? recipe.MaxEpochs : Epochs(data, options)),
            ValidationFraction = data.TrainPhotos.Count >= FewestToValidate ? 0.05 : 0,
            ValidateEveryEpochs = 5,
            CheckpointDirectory = output.Checkpoint,
            CheckpointEverySteps = 500,
            Resume = options.Resume,
            Progress = session.Progress,
            CancellationToken = session.Stop,
        }));
        TransformerChain<ShowTellCaptioningTransformer> model = session.Watch(() => pipeline.Fit(train));
        TrainingHistory history = model.LastTransformer.History;
        if (trained.Length > 0)
            model = new TransformerChain<ShowTellCaptioningTransformer>([.. model.SkipLast(1), model.LastTransformer.EnsembleWith(trained)]);
        ml.Model.Save(model, train.Schema, output.Model);
        output.Finish(history);
        return CaptioningReport.Write(Name, data, history, CaptioningTest.Run(ml, model, data.Test(ml)), output);
    }

    /// <summary>The captioner at the end of a saved pipeline.</summary>
    private static ShowTellCaptioningTransformer Captioner(MLContext ml, string path) =>
        (SavedPipeline.Load(ml, path) as TransformerChain<ITransformer>)?.LastTransformer as ShowTellCaptioningTransformer
            ?? throw new UserError($"--ensemble-with: expected a captioner, got another model in {path}.");

    /// <summary>
    /// What trains from random weights on a processor with two cores, shapes within minutes, photos within half an hour or so: a narrow residual network
    /// that learns with the rest, small images, a rate that falls to nothing by the end of the run. With weights: as in the paper first the encoder frozen,
    /// then all together at a smaller rate.
    /// </summary>
    /// <exception cref="UserError">An option is out of its range.</exception>
    private ShowTellCaptioner.Options Recipe(ExampleOptions options)
    {
        if (options.Value(beam) is < 1)
            throw UserError.InArguments($"--beam: expected at least 1, got {options.Value(beam)}.");
        bool isPretrained = options.Weights is not null;
        var recipe = new ShowTellCaptioner.Options
        {
            Network = Network(options),
            Tokenisation = new TokenisationOptions { Kind = TokeniserKind.Words, MinimumCount = 2, LowerCase = true },
            PretrainedWeights = options.Weights,
            FreezesEncoder = isPretrained,
            FineTuningEpochs = isPretrained ? 5 : 0,
            FineTuningLearningRate = 1e-4,
            Optimiser = CaptioningOptimiser.Adam,
            MaxEpochs = 40,
            BatchSize = options.Batch ?? (options.IsGenerated ? 32 : 16),
            LearningRate = 1e-3,
            WeightDecay = options.IsGenerated ? 0.01 : 0.1,
            Schedule = new LearningRateSchedule.Cosine { WarmUp = 0.05 },
            AveragingDecay = 0.99,
            Precision = options.Precision,
            ShufflePoolSize = 10_000,
            Augmentation = Augmentation(options),
            Inference = new CaptioningOptions
            {
                BeamSize = options.Value(beam) ?? 3, Candidates = 3, MaximumLength = 30, Precision = options.Precision,
            },
        };
        // An encoder with random weights fits photos sooner by gradient descent than by Adam.
        return options.IsGenerated || isPretrained ? recipe
            : recipe with { Optimiser = CaptioningOptimiser.GradientDescent, Momentum = 0.9, LearningRate = 0.2, WeightDecay = 2e-4 };
    }

    private static ShowTellNetworkOptions Network(ExampleOptions options) => new()
    {
        Encoder = new SENetNetworkOptions
        {
            Architecture = options.Backbone is { } name ? EnumName.Read<SENetArchitecture>("--backbone", name) : SENetArchitecture.ResNet18HalfWidth,
            SqueezeExcitation = null,
            ImageSize = options.ImageSize ?? (options.IsGenerated ? 48 : 96),
        },
        EmbeddingSize = 256, HiddenSize = 256, Dropout = options.IsGenerated ? 0.1f : options.Weights is null ? 0.3f : 0.5f,
    };

    /// <summary>Shapes are moved a little. Other images are cropped and, since few captions tell left from right, mirrored; those from above turned as well.</summary>
    private ClassificationAugmentation Augmentation(ExampleOptions options) => options.IsGenerated
        ? ClassificationAugmentation.None with { Padding = 3 }
        : new ClassificationAugmentation
        {
            MinArea = 0.2, AllOrientations = options.Value(fromAbove), Colours = new PhotometricDistortion { MinContrast = 0.8, MaxContrast = 1.2, Hue = 0.03 },
        };

    /// <summary>So many that the network sees 220,000 images, or 80,000 with a trained encoder, between 3 and 600.</summary>
    private static int Epochs(CaptioningData data, ExampleOptions options) =>
        Math.Clamp((int)Math.Ceiling((options.Weights is null ? 220_000.0 : 80_000.0) / data.TrainPhotos.Count), 3, 600);
}
