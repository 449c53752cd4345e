using System.CommandLine;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetDeepExtensions.Backbones;
using MLNetDeepExtensions.Blocks;
using MLNetDeepExtensions.Classification;
using MLNetDeepExtensions.Images;
using MLNetDeepExtensions.Training;

namespace MLNetDeepExtensions.Examples;

/// <summary>Squeeze-and-Excitation networks on images with one class each: from files to a zip that any program with the library can load.</summary>
internal sealed class SENetExample : TrainingExample
{
    private const int DefaultReduction = 16;

    /// <summary>A tenth of fewer images is too little to choose the best epoch by.</summary>
    private const int FewestToValidate = 2000;

    /// <summary>The reduction ratios of the paper's table of them; null for a network without blocks.</summary>
    private static readonly int?[] Ratios = [2, 4, 8, 16, 32, null];

    private readonly Option<int?> reduction = new("--reduction") { Description = "Reduction ratio of the SE blocks; default 16.", HelpName = "N" };
    private readonly Option<bool> baseline = new("--baseline") { Description = "The same network without SE blocks." };
    private readonly Option<bool> sweep = new("--reduction-sweep")
    {
        Description = "Trains once more for each of the ratios 2, 4, 8, 16, 32 and without SE: reduction.csv and reduction.png.",
    };

    protected override string Name => "senet";

    protected override string Description =>
        "Trains a Squeeze-and-Excitation classifier on class folders, IDX files (MNIST) or CIFAR, or on generated shapes.";

    protected override IEnumerable<Option> OwnOptions => [reduction, baseline, sweep];

    public override string Run(ExampleOptions options)
    {
        int? ratio = options.Value(baseline) ? null : options.Value(reduction) ?? DefaultReduction;
        SENetNetworkOptions network = Network(options, ratio);
        var output = new OutputFolder(options);
        var ml = new MLContext(options.Seed) { GpuDeviceId = options.Gpu, FallbackToCpu = false };
        using var session = new TrainingSession(ml);
        ClassificationData data = ClassificationData.Load(ml, options, output);

        SENetClassificationTrainer.Options recipe = Recipe(options, data, network) with
        {
            ValidationFraction = data.TrainCount >= FewestToValidate ? 0.05 : 0,
            CheckpointDirectory = output.Checkpoint,
            CheckpointEverySteps = 500,
            Resume = options.Resume,
            Progress = session.Progress,
            CancellationToken = session.Stop,
        };
        (TransformerChain<ITransformer> model, SENetClassificationTransformer trained) = session.Watch(() => Train(ml, data, recipe));
        ml.Model.Save(model, null, output.Model);
        output.Finish(trained.History);

        ClassificationTest test = ClassificationTest.Run(ml, model, data.Test);
        if (ratio is not null)
            ExcitationPlot.Write(trained.ExcitationProfile(data.Test), output);
        if (options.Value(sweep))
            ReductionSweep.Run(Ratios, other => Measure(ml, data, Recipe(options, data, Network(options, other)) with { Progress = session.Progress }), output);
        return ClassificationReport.Write(Name, data, trained, test, output);
    }

    private static (TransformerChain<ITransformer> Model, SENetClassificationTransformer Network) Train(
        MLContext ml, ClassificationData data, SENetClassificationTrainer.Options options)
    {
        var pipeline = ml.Transforms.Conversion.MapValueToKey("Label", keyOrdinality: Microsoft.ML.Transforms.ValueToKeyMappingEstimator.KeyOrdinality.ByValue)
            .Append(ml.MulticlassClassification.Trainers.SENet(options));
        SENetClassificationTransformer network = pipeline.Fit(data.Train).LastTransformer;
        // Whatever the images came from, those of later use come from files.
        IDataView files = ml.Data.LoadFromEnumerable<Photo>([]);
        var decoding = ml.Transforms.DecodeImages("Image", "ImagePath").Fit(files);
        IDataView decoded = decoding.Transform(files);
        var naming = ml.Transforms.Conversion.MapKeyToValue("PredictedLabel").Fit(network.Transform(decoded));
        return (new TransformerChain<ITransformer>(decoding, network, naming), network);
    }

    private static (double Accuracy, long Parameters) Measure(MLContext ml, ClassificationData data, SENetClassificationTrainer.Options options)
    {
        (TransformerChain<ITransformer> model, SENetClassificationTransformer network) = Train(ml, data, options);
        using (network)
            return (ClassificationTest.Run(ml, model, data.Test).Accuracy, network.ParameterCount);
    }

    /// <summary>
    /// What trains from random weights within minutes on a processor with two cores: small batches at a rate in proportion to the paper's 0.6 for 1024,
    /// which falls to nothing by the end of the run. Pictures up to 64 pixels keep their size, larger ones are seen at 96.
    /// </summary>
    internal static SENetClassificationTrainer.Options Recipe(ExampleOptions options, ClassificationData data, SENetNetworkOptions network)
    {
        bool isSmall = data.ImageSide <= 64;
        int batch = options.Batch ?? 64;
        return new SENetClassificationTrainer.Options
        {
            Network = Fitted(network, isSmall ? data.ImageSide : 96, options.ImageSize),
            PretrainedWeights = options.Weights,
            MaxEpochs = options.Epochs ?? Epochs(data),
            BatchSize = batch,
            LearningRate = 0.1 * batch / 64,
            Schedule = new LearningRateSchedule.Cosine { WarmUp = 0.05 },
            WeightDecay = 5e-4,
            Precision = options.Precision,
            ShufflePoolSize = 60_000,
            Augmentation = (isSmall ? ClassificationAugmentation.SmallImages : new()) with
            {
                Padding = data.IsGrey ? 2 : isSmall ? 4 : 0, MirrorProbability = data.IsGrey ? 0 : 0.5,
            },
            Inference = new ClassificationOptions { CropFraction = isSmall ? 1 : 0.875, BatchSize = 64, Precision = options.Precision },
        };
    }

    /// <exception cref="UserError">An option is out of its range.</exception>
    internal static SENetNetworkOptions Network(ExampleOptions options, int? ratio = DefaultReduction)
    {
        var network = new SENetNetworkOptions
        {
            Architecture = options.Backbone is { } name ? EnumName.Read<SENetArchitecture>("--backbone", name) : SENetArchitecture.ResNet18HalfWidth,
            SqueezeExcitation = ratio is { } r ? new SqueezeExcitationOptions { Reduction = r } : null,
        };
        return network.Faults().FirstOrDefault() is { } fault ? throw UserError.InArguments(fault) : network;
    }

    /// <summary>With the stem for small images where there is one.</summary>
    private static SENetNetworkOptions Fitted(SENetNetworkOptions network, int side, int? wanted)
    {
        SENetNetworkOptions small = network with { Stem = ResNetStem.Small, ImageSize = wanted ?? side };
        return small.ImageSize <= 64 && !small.Faults().Any() ? small : network with { ImageSize = wanted ?? Math.Max(side, 64) };
    }

    /// <summary>So many that the network sees 60,000 images, between 1 and 30; generated shapes are simpler.</summary>
    private static int Epochs(ClassificationData data) =>
        data.IsGenerated ? 12 : Math.Clamp((int)Math.Ceiling(60_000.0 / data.TrainCount), 1, 30);
}
