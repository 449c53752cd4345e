using Microsoft.ML.Runtime;
using MLNetDeepExtensions.Blocks;
using MLNetDeepExtensions.Images;
using MLNetDeepExtensions.Labels;
using MLNetDeepExtensions.Training;
using MLNetDeepExtensions.Weights;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Detection;

/// <summary>Trains SSD (Liu et al., SSD: Single Shot MultiBox Detector, ECCV 2016, arXiv 1512.02325).</summary>
/// <remarks>
/// Differs from the paper: the rate warms up before it falls; biases and normalisation are not decayed; the rest stands in the remarks of
/// <see cref="SSDNetwork"/> and <see cref="SSDAugmentation"/>.
/// </remarks>
public sealed class SSDDetectionTrainer : DetectionTrainer<SSDDetectionTransformer, SSDNetwork>
{
    private readonly Options options;
    private readonly SSDAugmentation augmentation;

    internal SSDDetectionTrainer(IHostEnvironment env, Options options) : base(env, options)
    {
        options.EnsureValid(nameof(SSDDetectionTrainer));
        this.options = options;
        augmentation = new SSDAugmentation(options.Augmentation);
    }

    /// <summary>What the detector is and how it is trained. Defaults: the paper's SSD300 for Pascal VOC.</summary>
    public sealed record Options : DetectionTrainingOptions
    {
        /// <summary>The paper's training (section 3.1): 60k updates of 32 images at 1e-3, a tenth of it after 40k and 50k.</summary>
        public Options()
        {
            MaxEpochs = 120;
            LearningRate = 1e-3;
            Schedule = new LearningRateSchedule.Steps { WarmUp = 0.01 };
        }

        /// <summary>What the network is. The number of classes is taken from the label's keys.</summary>
        public SSDNetworkOptions Network { get; init; } = new();

        /// <summary>How training images are varied (sections 2.2 and 3.6).</summary>
        public SSDAugmentationOptions Augmentation { get; init; } = new();

        /// <summary>
        /// File with weights to start from, safetensors or PyTorch's; null for random ones. Recognised by content: torchvision's ssd300_vgg16, SSD300 of
        /// ssd.pytorch or weights saved by this library (layers that depend on the number of classes are left out if it differs, which the log says); or a
        /// backbone alone: torchvision's vgg16 (its dense layers are sub-sampled to fc6 and fc7), vgg16_reducedfc, resnet18, resnet34, resnet50.
        /// </summary>
        public override string? PretrainedWeights { get; init; }

        /// <summary>Weight of the localisation loss, alpha (equation 1).</summary>
        public double LocalisationWeight { get; init; } = 1;

        /// <summary>Overlap (intersection over union) from which a default box belongs to an object (section 2.2). Above 0 to 1.</summary>
        public double MatchThreshold { get; init; } = 0.5;

        /// <summary>Background boxes learned from for each matched one (section 2.2, hard negative mining). At least 1.</summary>
        public int NegativesPerPositive { get; init; } = 3;

        internal override IEnumerable<string> Faults()
        {
            foreach (string fault in base.Faults().Concat(Network.Faults().Select(fault => $"{nameof(Network)}.{fault}"))
                .Concat(Augmentation.Faults().Select(fault => $"{nameof(Augmentation)}.{fault}.")))
                yield return fault;
            if (!(LocalisationWeight >= 0))
                yield return $"{nameof(LocalisationWeight)}: expected at least 0, got {LocalisationWeight}.";
            if (MatchThreshold is not (> 0 and <= 1))
                yield return $"{nameof(MatchThreshold)}: expected above 0 to 1, got {MatchThreshold}.";
            if (NegativesPerPositive < 1)
                yield return $"{nameof(NegativesPerPositive)}: expected at least 1, got {NegativesPerPositive}.";
        }
    }

    private protected override SSDNetwork CreateNetwork(int classes)
    {
        var network = new SSDNetwork(options.Network with { Classes = classes });
        ChannelsLast.Apply(network);
        return network;
    }

    private protected override void LoadFirstWeights(SSDNetwork network)
    {
        if (options.PretrainedWeights is { } path)
        {
            using IWeightsSource file = WeightsFile.Open(path);
            DetectionPretraining.Load(network, file, SSDCheckpoints.ToStartFrom(network.Options), SSDCheckpoints.DependsOnClasses, Host);
        }
        WarmStart.Load<SSDDetectionTransformer>(network, options, (model, use) => model.UseNetwork(use));
    }

    private protected override DetectionView Augment(DetectionSample sample, SampleRandom random) =>
        augmentation.Draw(sample, options.Network.ImageSize, options.Network.ImageSize, random);

    private protected override DetectionLoss<SSDNetwork> CreateLoss(SSDNetwork network, Device device) => new Loss(new SSDLoss(network.Options, device)
    {
        Alpha = options.LocalisationWeight, MatchThreshold = options.MatchThreshold, NegativesPerPositive = options.NegativesPerPositive,
    });

    private protected override IDetector<SSDNetwork> CreateDetector(SSDNetwork network, Device device) =>
        new SSDDetector(network.Options, options.Inference, device);

    private protected override SSDDetectionTransformer CreateTransformer(SSDNetwork network, ClassLabels labels, Device device, TrainingHistory history) =>
        new(Host, network, options.Inference, options.Columns, labels, device) { History = history };

    private sealed class Loss(SSDLoss loss) : DetectionLoss<SSDNetwork>
    {
        public override IReadOnlyList<LossTensor> Of(SSDNetwork network, DetectionBatch batch)
        {
            SSDLossTerms terms = loss.Of(network.call(batch.Images_N3HW), batch.Targets);
            return [new LossTensor("confidence", terms.Confidence), new LossTensor("localisation", terms.Localisation)];
        }

        public override void Dispose() => loss.Dispose();
    }
}
