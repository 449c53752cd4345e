using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNetDeepExtensions.Backend;
using MLNetDeepExtensions.Blocks;
using MLNetDeepExtensions.Images;
using MLNetDeepExtensions.Labels;
using MLNetDeepExtensions.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.ImageGeneration;

/// <summary>
/// Trains a Self-Attention GAN (Zhang et al., Self-Attention Generative Adversarial Networks, ICML 2019, arXiv 1805.08318) on images, with a class each or
/// without.
/// </summary>
/// <remarks>
/// Where paper and authors' program differ (attention block, size of its maps), the program is followed, but for Adam's second decay: 0.9 as in the paper,
/// where the program leaves 0.999. Settles the generator's statistics after training (see <see cref="Options.SettlingBatches"/>).
/// </remarks>
public sealed class SelfAttentionGanGenerator : NetworkTrainer<SelfAttentionGanGenerationTransformer>
{
    private readonly Options options;
    private readonly GenerationSampleReader samples;

    internal SelfAttentionGanGenerator(IHostEnvironment env, Options options) : base(env, options)
    {
        options.EnsureValid(nameof(SelfAttentionGanGenerator));
        this.options = options;
        samples = new GenerationSampleReader(Host, options.ImageColumnName, options.LabelColumnName);
    }

    /// <summary>What the networks are and how they are trained. Defaults: the paper's on ImageNet at 128 x 128 pixels (section 4).</summary>
    public sealed record Options : AdversarialTrainingOptions
    {
        /// <summary>The paper's training (section 4): Adam (0, 0.9), 1e-4 for the generator, 4e-4 for the discriminator; batches of 256, a million updates on
        /// ImageNet.</summary>
        public Options()
        {
            BatchSize = 256;
            MaxEpochs = 200;
            LearningRate = 1e-4;
            DiscriminatorLearningRate = 4e-4;
            Beta1 = 0;
            Beta2 = 0.9;
            ShufflePoolSize = 10_000;
        }

        /// <summary>For small images, such as handwritten digits, on two processor cores: the small network in batches of 32, four times the paper's rates, which
        /// fall to 0 over the run, and averaged weights.</summary>
        public static Options Small { get; } = new()
        {
            Network = SelfAttentionGanNetworkOptions.Small, BatchSize = 32, MaxEpochs = 3, LearningRate = 4e-4, DiscriminatorLearningRate = 8e-4,
            Schedule = new LearningRateSchedule.LinearDecay { Start = 0 }, AveragingDecay = 0.995,
        };

        /// <summary>Column of images, of any size; the middle of each is learned, at the network's size.</summary>
        public string ImageColumnName { get; init; } = "Image";

        /// <summary>Column of classes: a key. Null for a generator without classes.</summary>
        public string? LabelColumnName { get; init; } = "Label";

        /// <summary>Column of the fitted model's input that says which class to draw, a key or text. Null: the class is drawn by the seed. Without meaning for a
        /// generator without classes.</summary>
        public string? RequestedLabelColumnName { get; init; } = "Label";

        /// <summary>Column of the fitted model's input that says which random numbers an image is made from: Int64, Int32 or UInt32. Null: the class takes its
        /// place, and all images of a class are the same.</summary>
        public string? SeedColumnName { get; init; } = "Seed";

        /// <summary>Column to add: images.</summary>
        public string GeneratedImageColumnName { get; init; } = "GeneratedImage";

        /// <summary>What the networks are. The number of classes is taken from the label's keys.</summary>
        public SelfAttentionGanNetworkOptions Network { get; init; } = new();

        /// <summary>How the fitted model makes images; it can be changed later with the transformer's <c>With</c>.</summary>
        public GenerationOptions Inference { get; init; } = new();

        /// <summary>
        /// Batches of generated images over which the statistics of batch normalisation are measured anew once training is over (Brock et al., arXiv
        /// 1809.11096, appendix B: standing statistics). At least 0; with 0 the running statistics stay, which do not fit averaged weights.
        /// </summary>
        public int SettlingBatches { get; init; } = 16;

        /// <summary>Probability that an image is mirrored. 0 to 1; the paper's program mirrors none.</summary>
        public double MirrorProbability { get; init; }

        internal override IEnumerable<string> Faults()
        {
            foreach (string fault in base.Faults().Concat(Network.Faults().Select(fault => $"{nameof(Network)}.{fault}"))
                .Concat(Inference.Faults().Select(fault => $"{nameof(Inference)}.{fault}")))
                yield return fault;
            if (SettlingBatches < 0)
                yield return $"{nameof(SettlingBatches)}: expected at least 0, got {SettlingBatches}.";
            if (MirrorProbability is not (>= 0 and <= 1))
                yield return $"{nameof(MirrorProbability)}: expected 0 to 1, got {MirrorProbability}.";
        }
    }

    private protected override void CheckColumns(SchemaShape input) => samples.Check(input);

    private protected override IEnumerable<SchemaShape.Column> Promise(SchemaShape input) => [ImageResult.Promise(options.GeneratedImageColumnName)];

    private protected override SelfAttentionGanGenerationTransformer Fit(IDataView input, TrainingRun run)
    {
        int side = options.Network.ImageSize;
        ClassLabels? labels = samples.LabelsOf(input.Schema);
        var feed = run.Feed(input, samples.For(input.Schema, side, side),
            GenerationBatch.Recipe(options.BatchSize, options.Network.Channels, options.MirrorProbability, run.Device));
        SelfAttentionGanNetwork network = CreateNetwork(labels?.Count ?? 0, run.Device);
        try
        {
            WarmStart.Load<SelfAttentionGanGenerationTransformer>(network, options, (model, use) => model.UseNetwork(use));
            TrainingHistory history = run.Train(
                [new TrainingPhase<GenerationBatch>("training", options.MaxEpochs, feed, () => CreateStep(network), options.Schedules)
                {
                    EpochEnded = options.Samples?.After(options.MaxEpochs, grids => Draw(network, grids, run.Device)),
                }], validation: null, feed.Fingerprint, input.Schema);
            Settle(network, run.Device);
            var columns = new GenerationColumns
            {
                Seed = options.SeedColumnName, Label = labels is null ? null : options.RequestedLabelColumnName, GeneratedImage = options.GeneratedImageColumnName,
            };
            return new SelfAttentionGanGenerationTransformer(Host, network, options.Inference, columns, labels, run.Device) { History = history };
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    private SelfAttentionGanNetwork CreateNetwork(int classes, Device device)
    {
        var network = new SelfAttentionGanNetwork(options.Network with { Classes = classes });
        ChannelsLast.Apply(network);
        return (SelfAttentionGanNetwork)network.to(device);
    }

    private SelfAttentionGanStep CreateStep(SelfAttentionGanNetwork network) => new(
        network, options, options.CreateOptimisers(network.Generator.parameters(), network.Discriminator.parameters()));

    private void Settle(SelfAttentionGanNetwork network, Device device)
    {
        if (options.SettlingBatches > 0)
            network.Generator.Settle(Enumerable.Range(0, options.SettlingBatches).Select(batch => Batch(network.Options, batch, device)));
    }

    /// <summary>The same noise whenever it is asked for.</summary>
    private (Tensor Noise_NZ, Tensor? Classes_N) Batch(SelfAttentionGanNetworkOptions network, int number, Device device)
    {
        GenerationRequest[] requests = [.. Enumerable.Range(0, options.BatchSize).Select(i => new GenerationRequest((long)number * options.BatchSize + i))];
        SelfAttentionGanInputs inputs = SelfAttentionGanInputs.Of(network, requests).On(device);
        return (inputs.Noise_NZ, inputs.Classes_N);
    }

    /// <summary>Each row of the picture has images of every class in turn; the noise of each stays from picture to picture. Settles a copy: what is to be
    /// trained on stays as it is.</summary>
    private IReadOnlyList<RgbImage> Draw(SelfAttentionGanNetwork network, SampleGrids grids, Device device)
    {
        using var random = new GlobalRandomState();
        using DisposeScope scope = NewDisposeScope();
        using SelfAttentionGanNetwork copy = CreateNetwork(network.Options.Classes, device);
        copy.load_state_dict(network.state_dict());
        Settle(copy, device);
        copy.eval();
        using IDisposable inference = inference_mode();
        int classes = network.Options.Classes;
        GenerationRequest[] requests = [.. Enumerable.Range(0, grids.Rows * grids.Columns).Select(i =>
            new GenerationRequest(i, classes > 0 ? i % grids.Columns % classes : null))];
        return [.. requests.Chunk(options.Inference.BatchSize).SelectMany(batch =>
        {
            using DisposeScope batchScope = NewDisposeScope();
            SelfAttentionGanInputs inputs = SelfAttentionGanInputs.Of(copy.Options, batch).On(device);
            return SymmetricImages.ToImages(copy.call(inputs.Noise_NZ, inputs.Classes_N));
        })];
    }
}
