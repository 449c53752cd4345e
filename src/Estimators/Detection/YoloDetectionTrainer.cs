using Microsoft.ML.Runtime;
using MLNetDeepExtensions.Blocks;
using MLNetDeepExtensions.Images;
using MLNetDeepExtensions.Labels;
using MLNetDeepExtensions.Training;
using MLNetDeepExtensions.Weights;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Detection;

/// <summary>Trains YOLO (Redmon et al., You Only Look Once: Unified, Real-Time Object Detection, CVPR 2016, arXiv 1506.02640).</summary>
/// <remarks>
/// Differs from the paper: the rate warms up from nearly nothing instead of a tenth; biases and normalisation are not decayed; the rest
/// stands in the remarks of <see cref="YoloNetwork"/>, <see cref="YoloLoss"/> and <see cref="YoloAugmentation"/>.
/// </remarks>
public sealed class YoloDetectionTrainer : DetectionTrainer<YoloDetectionTransformer, YoloNetwork>
{
    private readonly Options options;
    private readonly YoloAugmentation augmentation;

    internal YoloDetectionTrainer(IHostEnvironment env, Options options) : base(env, options)
    {
        options.EnsureValid(nameof(YoloDetectionTrainer));
        this.options = options;
        augmentation = new YoloAugmentation(options.Augmentation);
    }

    /// <summary>What the detector is and how it is trained. Defaults: the paper's.</summary>
    public sealed record Options : DetectionTrainingOptions
    {
        /// <summary>The paper's training (section 2.2): 135 epochs of batches of 64 at 1e-2, reached within the first epochs, a tenth of it
        /// after 75 and 105 epochs.</summary>
        public Options()
        {
            MaxEpochs = 135;
            BatchSize = 64;
            LearningRate = 1e-2;
            Schedule = new LearningRateSchedule.Steps { Milestones = [75.0 / 135, 105.0 / 135], WarmUp = 0.02 };
        }

        /// <summary>What the network is. The number of classes is taken from the label's keys.</summary>
        public YoloNetworkOptions Network { get; init; } = new();

        /// <summary>How training images are varied (section 2.2).</summary>
        public YoloAugmentationOptions Augmentation { get; init; } = new();

        /// <summary>
        /// File with weights to start from: Darknet's, safetensors or PyTorch's; null for random ones. Recognised by content: a whole YOLO (the last
        /// layer is left out if the number of classes differs, which the log says), the first 20 convolutions in Darknet's format, or for residual
        /// networks torchvision's resnet18, resnet34, resnet50.
        /// </summary>
        public override string? PretrainedWeights { get; init; }

        /// <summary>Weight of the error in centre and size, lambda_coord (section 2.2). At least 0.</summary>
        public double CoordinateWeight { get; init; } = 5;

        /// <summary>Weight of the confidence of boxes without an object, lambda_noobj (section 2.2). At least 0.</summary>
        public double NoObjectWeight { get; init; } = 0.5;

        internal override IEnumerable<string> Faults()
        {
            foreach (string fault in base.Faults().Concat(Network.Faults().Select(fault => $"{nameof(Network)}.{fault}"))
                .Concat(Augmentation.Faults().Select(fault => $"{nameof(Augmentation)}.{fault}.")))
                yield return fault;
            foreach ((string name, double value) in new[] {
                (nameof(CoordinateWeight), CoordinateWeight), (nameof(NoObjectWeight), NoObjectWeight) })
                if (!(value >= 0 && double.IsFinite(value)))
                    yield return $"{name}: expected a finite number from 0, got {value}.";
        }
    }

    private protected override YoloNetwork CreateNetwork(int classes)
    {
        YoloNetwork network = YoloNetwork.Create(options.Network with { Classes = classes });
        ChannelsLast.Apply(network);
        return network;
    }

    private protected override void LoadFirstWeights(YoloNetwork network)
    {
        if (options.PretrainedWeights is { } path)
        {
            using IWeightsSource file = YoloCheckpoints.Open(path, network.Options);
            DetectionPretraining.Load(
                network, file, YoloCheckpoints.ToStartFrom(network.Options), YoloCheckpoints.DependsOnClasses(network.Options), Host);
        }
        WarmStart.Load<YoloDetectionTransformer>(network, options, (model, use) => model.UseNetwork(use));
    }

    private protected override DetectionView Augment(DetectionSample sample, SampleRandom random) =>
        augmentation.Draw(sample, options.Network.ImageSize, options.Network.ImageSize, random);

    private protected override DetectionLoss<YoloNetwork> CreateLoss(YoloNetwork network, Device device) => new Loss(new YoloLoss(network.Options)
    {
        CoordinateWeight = options.CoordinateWeight, NoObjectWeight = options.NoObjectWeight,
    });

    private protected override IDetector<YoloNetwork> CreateDetector(YoloNetwork network, Device device) =>
        new YoloDetector(network.Options, options.Inference, device);

    private protected override YoloDetectionTransformer CreateTransformer(YoloNetwork network, ClassLabels labels, Device device, TrainingHistory history) =>
        new(Host, network, options.Inference, options.Columns, labels, device) { History = history };

    private sealed class Loss(YoloLoss loss) : DetectionLoss<YoloNetwork>
    {
        public override IReadOnlyList<LossTensor> Of(YoloNetwork network, DetectionBatch batch)
        {
            YoloLossTerms terms = loss.Of(network.call(batch.Images_N3HW), batch.Targets);
            return
            [
                new LossTensor("coordinates", terms.Coordinates), new LossTensor("object", terms.Object),
                new LossTensor("noobject", terms.NoObject), new LossTensor("class", terms.Class),
            ];
        }

        public override void Dispose()
        {
        }
    }
}
