using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNetDeepExtensions.Backend;
using MLNetDeepExtensions.Blocks;
using MLNetDeepExtensions.Bridge;
using MLNetDeepExtensions.Images;
using MLNetDeepExtensions.Labels;
using MLNetDeepExtensions.Training;
using MLNetDeepExtensions.Weights;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetDeepExtensions.Classification;

/// <summary>Trains a classifier of images (Hu et al., Squeeze-and-Excitation Networks, CVPR 2018, arXiv 1709.01507).</summary>
/// <remarks>Differs from the paper: biases and normalisation are not decayed.</remarks>
public sealed class SENetClassificationTrainer : NetworkTrainer<SENetClassificationTransformer>
{
    private readonly Options options;
    private readonly ClassificationSampleReader samples;

    internal SENetClassificationTrainer(IHostEnvironment env, Options options) : base(env, options)
    {
        options.EnsureValid(nameof(SENetClassificationTrainer));
        this.options = options;
        samples = new ClassificationSampleReader(Host, options.ImageColumnName, options.LabelColumnName);
    }

    /// <summary>What the classifier is and how it is trained. Defaults: the paper's SE-ResNet-50 on ImageNet (section 5.1).</summary>
    public sealed record Options : TrainingOptions
    {
        /// <summary>The paper's training (section 5.1): 100 epochs in batches of 1024 at 0.6, a tenth of it after every 30.</summary>
        public Options()
        {
            BatchSize = 1024;
            LearningRate = 0.6;
            Schedule = new LearningRateSchedule.Steps { Milestones = [0.3, 0.6, 0.9] };
        }

        /// <summary>Column of images, of any size.</summary>
        public string ImageColumnName { get; init; } = "Image";

        /// <summary>Column of classes: a key.</summary>
        public string LabelColumnName { get; init; } = "Label";

        /// <summary>Column to add: the likeliest class.</summary>
        public string PredictedLabelColumnName { get; init; } = "PredictedLabel";

        /// <summary>Column to add: a probability for each class.</summary>
        public string ScoreColumnName { get; init; } = "Score";

        /// <summary>Column to add: what the last layer decides from, as with the transformer's <c>WithFeatures</c>; null for none.</summary>
        public string? FeatureColumnName { get; init; }

        /// <summary>What the network is. The number of classes is taken from the label's keys.</summary>
        public SENetNetworkOptions Network { get; init; } = new();

        /// <summary>How the fitted model predicts; it can be changed later with the transformer's <c>With</c>.</summary>
        public ClassificationOptions Inference { get; init; } = new();

        /// <summary>How training images are varied (section 5.1).</summary>
        public ClassificationAugmentation Augmentation { get; init; } = new();

        /// <summary>
        /// File with weights to start from, safetensors or PyTorch's; null for random ones. Recognised by content: torchvision's resnet*, timm's seresnet*,
        /// or weights saved by this library. The last layer is left out if the number of classes differs, which the log says.
        /// </summary>
        public string? PretrainedWeights { get; init; }

        /// <summary>First stages, with the stem before them, whose weights and statistics stay as they are. 0 to 4 in residual networks; 0 for none.</summary>
        public int FrozenStages { get; init; }

        /// <summary>Part of the target that is spread over all classes (Szegedy et al. 2016, section 7). 0 to below 1; the paper's ablations have 0.1.</summary>
        public double LabelSmoothing { get; init; }

        /// <summary>Momentum of stochastic gradient descent (section 5.1). 0 to below 1.</summary>
        public double Momentum { get; init; } = 0.9;

        /// <summary>Decay of the weights of convolutions and dense layers, those of the SE blocks among them. At least 0. The paper names none; 1e-4 is ResNet's.</summary>
        public double WeightDecay { get; init; } = 1e-4;

        internal override IEnumerable<string> Faults()
        {
            foreach (string fault in base.Faults().Concat(Network.Faults().Select(fault => $"{nameof(Network)}.{fault}"))
                .Concat(Inference.Faults().Select(fault => $"{nameof(Inference)}.{fault}"))
                .Concat(Augmentation.Faults().Select(fault => $"{nameof(Augmentation)}.{fault}")))
                yield return fault;
            if (Enum.IsDefined(Network.Architecture) && Network.Architecture.StageNumbers().Length is var stages && (FrozenStages < 0 || FrozenStages > stages))
                yield return $"{nameof(FrozenStages)}: expected 0 to {stages} with {Network.Architecture}, got {FrozenStages}.";
            if (LabelSmoothing is not (>= 0 and < 1))
                yield return $"{nameof(LabelSmoothing)}: expected 0 to below 1, got {LabelSmoothing}.";
            foreach (string fault in MissingFile(nameof(PretrainedWeights), PretrainedWeights).Concat(MomentumDescent.Faults(Momentum, WeightDecay)))
                yield return fault;
        }
    }

    private protected override void CheckColumns(SchemaShape input) => samples.Check(input);

    private ClassificationColumns Columns => new()
    {
        PredictedLabel = options.PredictedLabelColumnName, Score = options.ScoreColumnName, Features = options.FeatureColumnName,
    };

    private protected override IEnumerable<SchemaShape.Column> Promise(SchemaShape input) => Columns.Promise(ColumnShapes.KeyValuesOf(samples.Label(input)));

    private protected override SENetClassificationTransformer Fit(IDataView input, TrainingRun run)
    {
        ClassLabels labels = samples.LabelsOf(input.Schema);
        LabelAgreement.Ensure(options, options.LabelColumnName, labels, samples.LabelsOf);
        var feed = run.Feed(input, samples.For(input.Schema), Recipe(run.Device));
        SENetNetwork network = CreateNetwork(labels.Count, run.Device);
        try
        {
            LoadFirstWeights(network);
            Validation? validation = run.ValidationRows(input, samples.For) is { } rows
                ? new Validation(() => Measure(network, rows(), run.Device), options.BestBy ?? ClassificationValidation.Accuracy,
                    new HashSet<string> { ClassificationValidation.LogLoss })
                : null;
            TrainingHistory history = run.TrainSupervised(
                feed, input.Schema, network, () => CreateNetwork(labels.Count, run.Device), 
                () => MomentumDescent.Of(network, options.LearningRate, options.Momentum, options.WeightDecay), Loss, validation);
            return new SENetClassificationTransformer(Host, network, options.Inference, options.ImageColumnName, Columns, labels, run.Device) { History = history };
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    private SENetNetwork CreateNetwork(int classes, Device device)
    {
        var network = new SENetNetwork(options.Network with { Classes = classes });
        ChannelsLast.Apply(network);
        network.Freeze(options.FrozenStages);
        return (SENetNetwork)network.to(device);
    }

    private void LoadFirstWeights(SENetNetwork network)
    {
        if (options.PretrainedWeights is { } path)
        {
            PretrainedReport report = PretrainedWeights.Load(
                network, path, SENetCheckpoints.ToStartFrom(network.Options), SENetCheckpoints.DependsOnClasses);
            using IChannel channel = Host.Start(nameof(PretrainedWeights));
            channel.Info(MessageSensitivity.None, $"Starting from {path}: {report}");
        }
        WarmStart.Load<SENetClassificationTransformer>(network, options, (model, use) => model.UseNetwork(use));
    }

    private SampleRecipe<ClassificationSample, ClassificationSampleView, ClassificationBatch> Recipe(Device device) => new(
        (sample, random) => new ClassificationSampleView(sample, options.Augmentation.Draw(
            sample.Image, options.Network.ImageSize, options.Inference, random)),
        views => ClassificationBatch.Of(views, options.Network.ImageSize, device),
        new BatchingByCount<ClassificationSample>(options.BatchSize),
        (sample, hash) =>
        {
            hash.AppendData(sample.Image.Pixels);
            hash.AppendData(BitConverter.GetBytes(sample.Class));
        });

    private IReadOnlyList<LossTensor> Loss(SENetNetwork network, ClassificationBatch batch) =>
        [new LossTensor("crossEntropy", functional.cross_entropy(
            network.call(batch.Images_N3HW), batch.Classes_N, label_smoothing: options.LabelSmoothing))];

    private IReadOnlyDictionary<string, double> Measure(SENetNetwork network, IEnumerable<ClassificationSample> rows, Device device)
    {
        network.eval();
        ClassificationOptions seen = options.Inference;
        return ClassificationValidation.Measure(network, rows, images => Placed.On(device, ImageBatch.Of(
            images, options.Network.ImageSize, image => seen.WindowOf(image.Width, image.Height), seen.Resampling)), seen.BatchSize);
    }
}
