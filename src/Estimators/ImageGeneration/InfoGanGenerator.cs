using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNetDeepExtensions.Backend;
using MLNetDeepExtensions.Blocks;
using MLNetDeepExtensions.Images;
using MLNetDeepExtensions.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.ImageGeneration;

/// <summary>
/// Trains an InfoGAN (Chen et al., InfoGAN: Interpretable Representation Learning by Information Maximizing Generative Adversarial Nets, NIPS 2016, arXiv
/// 1606.03657) on images without labels.
/// </summary>
/// <remarks>Noise is normal; the paper does not say, and the authors' program has it uniform.</remarks>
public sealed class InfoGanGenerator : NetworkTrainer<InfoGanGenerationTransformer>
{
    private readonly Options options;
    private readonly GenerationSampleReader samples;

    internal InfoGanGenerator(IHostEnvironment env, Options options) : base(env, options)
    {
        options.EnsureValid(nameof(InfoGanGenerator));
        this.options = options;
        samples = new GenerationSampleReader(Host, options.ImageColumnName, labelColumn: null);
    }

    /// <summary>What the networks are and how they are trained. Defaults: the paper's for MNIST (appendix C).</summary>
    public sealed record Options : AdversarialTrainingOptions
    {
        /// <summary>The paper's training (appendix C): Adam, 1e-3 for the generator, 2e-4 for the discriminator; batches of 128, 5,000 updates on MNIST, as in the
        /// authors' program.</summary>
        public Options()
        {
            BatchSize = 128;
            MaxEpochs = 11;
            LearningRate = 1e-3;
            DiscriminatorLearningRate = 2e-4;
            ShufflePoolSize = 60_000;
        }

        /// <summary>Column of images, of any size; the middle of each is learned, at the network's size.</summary>
        public string ImageColumnName { get; init; } = "Image";

        /// <summary>Column of the fitted model's input that says which random numbers an image is made from: Int64, Int32 or UInt32. Null: the codes take its
        /// place, and without codes all images are the same.</summary>
        public string? SeedColumnName { get; init; } = "Seed";

        /// <summary>Column of the fitted model's input that has the codes to make an image from: a vector of Single, categories from 0 first, then values. Null:
        /// they are drawn by the seed.</summary>
        public string? CodesColumnName { get; init; }

        /// <summary>Column to add: images.</summary>
        public string GeneratedImageColumnName { get; init; } = "GeneratedImage";

        /// <summary>What the networks are.</summary>
        public InfoGanNetworkOptions Network { get; init; } = new();

        /// <summary>How the fitted model makes images; it can be changed later with the transformer's <c>With</c>.</summary>
        public GenerationOptions Inference { get; init; } = new();

        /// <summary>Weight of the information of the categorical codes (lambda, section 4: 1). At least 0.</summary>
        public double CategoricalWeight { get; init; } = 1;

        /// <summary>Weight of the information of the continuous codes: smaller than that of the categorical ones, so that it stays on the scale of the game (section
        /// 4). At least 0.</summary>
        public double ContinuousWeight { get; init; } = 0.1;

        /// <summary>True: a plain GAN as a baseline. The recognition network learns to read the codes, but nothing else learns to show them.</summary>
        public bool IsPlainGan { get; init; }

        /// <summary>Probability that an image is mirrored. 0 to 1.</summary>
        public double MirrorProbability { get; init; }

        internal override IEnumerable<string> Faults()
        {
            foreach (string fault in base.Faults().Concat(Network.Faults().Select(fault => $"{nameof(Network)}.{fault}"))
                .Concat(Inference.Faults().Select(fault => $"{nameof(Inference)}.{fault}")))
                yield return fault;
            foreach ((string name, double value) in new (string, double)[] { (nameof(CategoricalWeight), CategoricalWeight), (nameof(ContinuousWeight), ContinuousWeight) })
            {
                if (!(value >= 0 && double.IsFinite(value)))
                    yield return $"{name}: expected a finite number from 0, got {value}.";
            }
            if (MirrorProbability is not (>= 0 and <= 1))
                yield return $"{nameof(MirrorProbability)}: expected 0 to 1, got {MirrorProbability}.";
            if (BatchSize < 2)
                yield return $"{nameof(BatchSize)}: expected at least 2 for batch normalisation, got {BatchSize}.";
        }
    }

    private protected override void CheckColumns(SchemaShape input) => samples.Check(input);

    private protected override IEnumerable<SchemaShape.Column> Promise(SchemaShape input) => [ImageResult.Promise(options.GeneratedImageColumnName)];

    private protected override InfoGanGenerationTransformer Fit(IDataView input, TrainingRun run)
    {
        int side = options.Network.ImageSize;
        var feed = run.Feed(input, samples.For(input.Schema, side, side),
            GenerationBatch.Recipe(options.BatchSize, options.Network.Channels, options.MirrorProbability, run.Device));
        GenerationBatch.EnsureAtLeastTwo(feed.RowCount, options.BatchSize);
        InfoGanNetwork network = CreateNetwork(run.Device);
        try
        {
            WarmStart.Load<InfoGanGenerationTransformer>(network, options, (model, use) => model.UseNetwork(use));
            TrainingHistory history = run.Train(
                [new TrainingPhase<GenerationBatch>("training", options.MaxEpochs, feed, () => CreateStep(network, run.Device), options.Schedules)
                {
                    EpochEnded = options.Samples?.After(options.MaxEpochs, grids => Draw(network, grids, run.Device)),
                }], validation: null, feed.Fingerprint, input.Schema);
            var columns = new GenerationColumns { Seed = options.SeedColumnName, Codes = options.CodesColumnName, GeneratedImage = options.GeneratedImageColumnName };
            return new InfoGanGenerationTransformer(Host, network, options.Inference, columns, run.Device) { History = history };
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    private InfoGanNetwork CreateNetwork(Device device) => (InfoGanNetwork)new InfoGanNetwork(options.Network).to(device);

    private InfoGanStep CreateStep(InfoGanNetwork network, Device device) => new(
        network, options, options.CreateOptimisers(network.Generator.parameters(), network.Discriminator.parameters()),
        options.Precision == Precision.BFloat16 ? new BFloat16Copy<InfoGanNetwork>(network, CreateNetwork(device)) : null);

    /// <summary>As figure 2: each row goes through the values of the first code, everything else stays.</summary>
    private IReadOnlyList<RgbImage> Draw(InfoGanNetwork network, SampleGrids grids, Device device)
    {
        using IDisposable inference = inference_mode();
        using DisposeScope scope = NewDisposeScope();
        network.eval();
        InfoGanCodes layout = InfoGanCodes.Of(options.Network);
        var requests = new List<GenerationRequest>();
        for (int row = 0; row < grids.Rows; row++)
        {
            float[] codes = layout.Draw(new SampleRandom(row, 1, 0));
            for (int column = 0; column < grids.Columns; column++)
            {
                float value = layout.Categories.Count > 0 ? column % layout.Categories[0] : grids.Columns == 1 ? 0 : -1 + 2f * column / (grids.Columns - 1);
                requests.Add(new GenerationRequest(row, Codes: [value, .. codes[1..]]));
            }
        }
        return SymmetricImages.ToImages(network.call(Placed.On(device, InfoGanInputs.Of(options.Network, requests))));
    }
}
