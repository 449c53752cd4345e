using Microsoft.ML.Runtime;
using MLNetDeepExtensions.Blocks;
using MLNetDeepExtensions.Images;
using MLNetDeepExtensions.Labels;
using MLNetDeepExtensions.Training;
using MLNetDeepExtensions.Weights;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Detection;

/// <summary>Trains Faster R-CNN (Ren et al., NIPS 2015, arXiv 1506.01497), or on given proposals Fast R-CNN (Girshick, arXiv
/// 1504.08083).</summary>
/// <remarks>
/// Differs from the paper: approximate joint training is the default, as in its authors' later code; biases and normalisation are not decayed;
/// the rest stands in the remarks of <see cref="FasterRcnnNetwork"/>, <see cref="FasterRcnnLoss"/> and <see cref="AlternatingTraining"/>.
/// </remarks>
public sealed class FasterRcnnDetectionTrainer : DetectionTrainer<FasterRcnnDetectionTransformer, FasterRcnnNetwork>
{
    private readonly Options options;
    private readonly SSDAugmentation augmentation;

    internal FasterRcnnDetectionTrainer(IHostEnvironment env, Options options) : base(env, options)
    {
        options.EnsureValid(nameof(FasterRcnnDetectionTrainer));
        this.options = options;
        augmentation = new SSDAugmentation(options.Augmentation);
    }

    /// <summary>What the detector is and how it is trained. Defaults: the paper's for Pascal VOC, with VGG-16.</summary>
    public sealed record Options : DetectionTrainingOptions
    {
        /// <summary>Stages of VGG-16 that the paper does not train (section 3.3: conv3_1 and up are).</summary>
        private const int PaperFrozenStages = 2;

        /// <summary>The paper's training (section 3.3): 60k updates of one image at 1e-3, then 20k at a tenth of it; 16 epochs of VOC
        /// 2007.</summary>
        public Options()
        {
            MaxEpochs = 16;
            BatchSize = 1;
            LearningRate = 1e-3;
            Schedule = new LearningRateSchedule.Steps { Milestones = [0.75] };
        }

        /// <summary>What the network is. The number of classes is taken from the label's keys.</summary>
        public FasterRcnnNetworkOptions Network { get; init; } = new();

        /// <summary>What is learnt from: matching, sampling, weights of the losses (sections 3.1.2 and 3.1.3).</summary>
        public FasterRcnnLossOptions Loss { get; init; } = new();

        /// <summary>How the two parts come to share their features (section 3.2).</summary>
        public FasterRcnnTrainingScheme Training { get; init; }

        /// <summary>
        /// Column of boxes to look at, x0 y0 x1 y1 in pixels of the image, 4 per box: trains the Fast R-CNN detector alone, which then needs this column
        /// to predict too. Null: regions are proposed by the network.
        /// </summary>
        public string? ProposalsColumnName { get; init; }

        /// <summary>How training images are varied; the paper mirrors half of them. Cropping, zooming out and colours help where data is
        /// small.</summary>
        public SSDAugmentationOptions Augmentation { get; init; } = SSDAugmentationOptions.None with { MirrorProbability = 0.5 };

        /// <summary>Lengths in pixels to which the shorter side of a training image is scaled, one of them at random; empty for the network's
        /// own.</summary>
        public IReadOnlyList<int> ShortSides { get; init; } = [];

        /// <summary>
        /// First stages of the backbone that are not trained, 0 to all (VGG-16 has 5, residual networks 4). Null for the first two with
        /// <see cref="PretrainedWeights"/>, as in the paper, and none without.
        /// </summary>
        public int? FrozenStages { get; init; }

        /// <summary>
        /// File with weights to start from, safetensors or PyTorch's; null for random ones. Recognised by content: torchvision's
        /// fasterrcnn_resnet50_fpn or weights saved by this library (layers that depend on the number of classes are left out if it differs, which the
        /// log says); or a backbone alone: torchvision's vgg16 (with its dense layers), resnet18, resnet34, resnet50.
        /// </summary>
        public override string? PretrainedWeights { get; init; }

        internal int Frozen => FrozenStages ?? (PretrainedWeights is null ? 0 : PaperFrozenStages);

        internal override DetectionColumns Columns => base.Columns with { Proposals = ProposalsColumnName };

        internal override IEnumerable<string> Faults()
        {
            foreach (string fault in base.Faults().Concat(Network.Faults().Select(fault => $"{nameof(Network)}.{fault}"))
                .Concat(Loss.Faults().Select(fault => $"{nameof(Loss)}.{fault}"))
                .Concat(Augmentation.Faults().Select(fault => $"{nameof(Augmentation)}.{fault}.")))
                yield return fault;
            if (!Enum.IsDefined(Training))
                yield return $"{nameof(Training)}: expected a member of {nameof(FasterRcnnTrainingScheme)}, got {Training}.";
            if (ProposalsColumnName is not null && Training == FasterRcnnTrainingScheme.FourStepAlternating)
                yield return $"{nameof(Training)}: expected {FasterRcnnTrainingScheme.ApproximateJoint} with {nameof(ProposalsColumnName)}, since there is "
                    + $"nothing to alternate with, got {Training}.";
            if (ShortSides is null || ShortSides.Any(side => side is < 32 or > 4096))
                yield return $"{nameof(ShortSides)}: expected lengths from 32 to 4096 pixels, "
                    + $"got {(ShortSides is null ? "null" : string.Join(", ", ShortSides))}.";
            int stages = Network.IsVgg ? 5 : 4;
            if (FrozenStages < 0 || FrozenStages > stages)
                yield return $"{nameof(FrozenStages)}: expected 0 to {stages}, got {FrozenStages}.";
        }
    }

    private protected override BatchPadding Padding
    {
        get
        {
            var (fill, multiple) = ScaledImages.PaddingOf(options.Network);
            return new BatchPadding(fill, multiple);
        }
    }

    private protected override FasterRcnnNetwork CreateNetwork(int classes)
    {
        var network = new FasterRcnnNetwork(options.Network with { Classes = classes, ProposesRegions = options.ProposalsColumnName is null });
        ChannelsLast.Apply(network);
        network.Shared.Freeze(options.Frozen);
        return network;
    }

    private protected override void LoadFirstWeights(FasterRcnnNetwork network)
    {
        if (options.PretrainedWeights is { } path)
        {
            using IWeightsSource file = WeightsFile.Open(path);
            DetectionPretraining.Load(
                network, file, FasterRcnnCheckpoints.ToStartFrom(network.Options), FasterRcnnCheckpoints.DependsOnClasses, Host);
        }
        WarmStart.Load<FasterRcnnDetectionTransformer>(network, options, (model, use) => model.UseNetwork(use));
    }

    private protected override DetectionView Augment(DetectionSample sample, SampleRandom random)
    {
        int shortSide = options.ShortSides.Count > 0 ? options.ShortSides[random.Below(options.ShortSides.Count)] : options.Network.ShortSide;
        FasterRcnnNetworkOptions network = options.Network with { ShortSide = shortSide, LongSide = Math.Max(shortSide, options.Network.LongSide) };
        return augmentation.Draw(sample, window => network.InputSize((int)Math.Ceiling(window.Width), (int)Math.Ceiling(window.Height)), random);
    }

    private protected override DetectionLoss<FasterRcnnNetwork> CreateLoss(FasterRcnnNetwork network, Device device)
    {
        var loss = new FasterRcnnLoss(network.Options, options.Loss);
        return options.ProposalsColumnName is null ? new JointLoss(loss) : new GivenRegionsLoss(loss, device);
    }

    private protected override TrainingHistory Train(DetectionTraining<FasterRcnnNetwork> training) =>
        options.Training == FasterRcnnTrainingScheme.FourStepAlternating
            ? new AlternatingTraining(training, options.Loss, options.Frozen, CreateOptimiser).Run()
            : base.Train(training);

    private protected override IDetector<FasterRcnnNetwork> CreateDetector(FasterRcnnNetwork network, Device device) =>
        new FasterRcnnDetector(network.Options, options.Inference, device);

    private protected override FasterRcnnDetectionTransformer CreateTransformer(
        FasterRcnnNetwork network, ClassLabels labels, Device device, TrainingHistory history) =>
        new(Host, network, options.Inference, options.Columns, labels, device) { History = history };

    private sealed class JointLoss(FasterRcnnLoss loss) : DetectionLoss<FasterRcnnNetwork>
    {
        public override IReadOnlyList<LossTensor> Of(FasterRcnnNetwork network, DetectionBatch batch)
        {
            FasterRcnnLossTerms terms = loss.Of(network, batch.Images, batch.Targets);
            return [.. FasterRcnnTerms.OfProposals(terms.Proposals), .. FasterRcnnTerms.OfRegions(terms.Regions)];
        }
    }

    private sealed class GivenRegionsLoss(FasterRcnnLoss loss, Device device) : DetectionLoss<FasterRcnnNetwork>
    {
        public override IReadOnlyList<LossTensor> Of(FasterRcnnNetwork network, DetectionBatch batch)
        {
            Tensor[] regions_R4 = [.. batch.Proposals.Select(boxes => Boxes.From(boxes, device))];
            return FasterRcnnTerms.OfRegions(loss.OfRegions(network, network.Features(batch.Images_N3HW), regions_R4, batch.Targets));
        }
    }
}
