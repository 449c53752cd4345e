using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNetDeepExtensions.Blocks;
using MLNetDeepExtensions.Images;
using MLNetDeepExtensions.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.ImageTranslation;

/// <summary>
/// Trains two generators that translate images between two domains, from images that do not belong together (Zhu et al., Unpaired Image-to-Image Translation
/// using Cycle-Consistent Adversarial Networks, ICCV 2017, arXiv 1703.10593).
/// </summary>
/// <remarks>
/// As the authors' PyTorch code where the paper leaves room: one Adam for both generators and one for both discriminators, images warped to a square and
/// cropped. Differs from both: the learning rate falls with every update, not with every epoch.
/// </remarks>
public sealed class CycleGanTranslator : NetworkTrainer<CycleGanTranslationTransformer>
{
    private readonly Options options;
    private readonly UnpairedImageReader images;

    internal CycleGanTranslator(IHostEnvironment env, Options options) : base(env, options)
    {
        options.EnsureValid(nameof(CycleGanTranslator));
        this.options = options;
        images = new UnpairedImageReader(Host, options.ImageColumnName, options.DomainColumnName, options.Augmentation);
    }

    /// <summary>What the translator is and how it is trained. Defaults: the paper's for 256 pixels (section 4 and appendix 7).</summary>
    public sealed record Options : AdversarialTrainingOptions
    {
        /// <summary>The paper's training (section 4): one image at a time, 2e-4 for 100 epochs, falling to nothing over the next 100.</summary>
        public Options()
        {
            MaxEpochs = 200;
            BatchSize = 1;
            LearningRate = 2e-4;
            Schedule = new LearningRateSchedule.LinearDecay { Start = 0.5 };
        }

        /// <summary>Column of images, of any size.</summary>
        public string ImageColumnName { get; init; } = "Image";

        /// <summary>
        /// Column of the images' domains: a key of two values, or Boolean. Key 1, or false, is translated from; key 2, or true, is translated to.
        /// </summary>
        public string DomainColumnName { get; init; } = "Domain";

        /// <summary>Column to add: the image in the style of the other domain.</summary>
        public string TranslatedImageColumnName { get; init; } = "TranslatedImage";

        /// <summary>Column to add: that one translated back.</summary>
        public string ReconstructedImageColumnName { get; init; } = "ReconstructedImage";

        /// <summary>Column to add: Single, the mean difference of the image that came back to the original, for colours from -1 to 1.</summary>
        public string CycleErrorColumnName { get; init; } = "CycleError";

        /// <summary>What the networks are.</summary>
        public CycleGanNetworkOptions Network { get; init; } = new();

        /// <summary>How the fitted model works; it can be changed later with the transformer's <c>With</c>.</summary>
        public ImageTranslationOptions Inference { get; init; } = new();

        /// <summary>How training images are varied, and the size at which the networks see them.</summary>
        public TranslationAugmentation Augmentation { get; init; } = new();

        /// <summary>Lambda of equation 3: weight of the cycle terms beside the adversarial ones. Above 0.</summary>
        public double CycleWeight { get; init; } = 10;

        /// <summary>
        /// Weight of the identity terms as part of <see cref="CycleWeight"/>; they keep colours. At least 0. The paper has 0.5 for photographs from paintings
        /// (section 5.2) and none otherwise; the authors' code always has 0.5.
        /// </summary>
        public double IdentityWeight { get; init; }

        /// <summary>Earlier images of each direction that its discriminator is shown too, 0 for none (section 4: 50).</summary>
        public int PoolSize { get; init; } = 50;

        internal override IEnumerable<string> Faults()
        {
            foreach (string fault in base.Faults().Concat(Network.Faults().Select(fault => $"{nameof(Network)}.{fault}"))
                .Concat(Inference.Faults().Select(fault => $"{nameof(Inference)}.{fault}"))
                .Concat(Augmentation.Faults(Network).Select(fault => $"{nameof(Augmentation)}.{fault}")))
                yield return fault;
            if (!(CycleWeight > 0 && double.IsFinite(CycleWeight)))
                yield return $"{nameof(CycleWeight)}: expected a finite number above 0, got {CycleWeight}.";
            if (!(IdentityWeight >= 0 && double.IsFinite(IdentityWeight)))
                yield return $"{nameof(IdentityWeight)}: expected a finite number from 0, got {IdentityWeight}.";
            if (PoolSize < 0)
                yield return $"{nameof(PoolSize)}: expected at least 0, got {PoolSize}.";
            if (DiscriminatorSteps != 1)
                yield return $"{nameof(DiscriminatorSteps)}: expected 1, got {DiscriminatorSteps}.";
        }
    }

    private protected override void CheckColumns(SchemaShape input) => images.Check(input);

    private ImageTranslationColumns Columns =>
        new(options.TranslatedImageColumnName, options.ReconstructedImageColumnName, options.CycleErrorColumnName);

    private protected override IEnumerable<SchemaShape.Column> Promise(SchemaShape input) => Columns.Promise(bothDirections: true);

    private protected override CycleGanTranslationTransformer Fit(IDataView input, TrainingRun run)
    {
        var first = run.Feed(input, images.For(input.Schema, ImageDomain.First), Recipe());
        var second = run.Feed(input, images.For(input.Schema, ImageDomain.Second), Recipe(), stream: 1);
        int side = options.Augmentation.CropSize;
        var feed = new UnpairedFeed<ImageSampleView, UnpairedBatch>(
            first, second, options.BatchSize, (x, y) => UnpairedBatch.Of(x, y, side, run.Device));
        CycleGanNetwork generators = Generators(run.Device);
        using CycleGanDiscriminators discriminators = Discriminators(run.Device);
        try
        {
            WarmStart.Load<CycleGanTranslationTransformer>(generators, options, (model, use) => model.UseNetwork(use));
            var phase = new TrainingPhase<UnpairedBatch>("training", options.MaxEpochs, feed, () => CreateStep(generators, discriminators, run), options.Schedules)
            {
                EpochEnded = options.Samples?.After(options.MaxEpochs, grids => Draw(generators, feed, grids.Rows * grids.Columns)),
            };
            TrainingHistory history = run.Train([phase], null, $"{first.Fingerprint}; {second.Fingerprint}", input.Schema);
            return new CycleGanTranslationTransformer(Host, generators, options.Inference, options.ImageColumnName, Columns, run.Device) { History = history };
        }
        catch
        {
            generators.Dispose();
            throw;
        }
    }

    private SampleRecipe<RgbImage, ImageSampleView, ImageSampleView> Recipe() => new(
        (image, random) => new ImageSampleView(image, options.Augmentation.Draw(image, random)),
        views => views[0], new BatchingByCount<RgbImage>(1), (image, hash) => hash.AppendData(image.Pixels));

    private CycleGanStep CreateStep(CycleGanNetwork generators, CycleGanDiscriminators discriminators, TrainingRun run)
    {
        bool isLow = options.Precision == Precision.BFloat16;
        return new CycleGanStep(options, generators, discriminators,
            isLow ? new BFloat16Copy<CycleGanNetwork>(generators, Generators(run.Device)) : null,
            isLow ? new BFloat16Copy<CycleGanDiscriminators>(discriminators, Discriminators(run.Device)) : null,
            run.Device, run.Seed);
    }

    // Contiguous, unlike other networks of convolutions: so normalisation of instances works, and to and fro costs more than it gains.
    private CycleGanNetwork Generators(Device device) => (CycleGanNetwork)new CycleGanNetwork(options.Network).to(device);

    private CycleGanDiscriminators Discriminators(Device device) => (CycleGanDiscriminators)new CycleGanDiscriminators(options.Network).to(device);

    /// <summary>For the first pairs of the run: x, G(x), F(G(x)), y, F(y), G(F(y)), pair after pair.</summary>
    private static IReadOnlyList<RgbImage> Draw(CycleGanNetwork generators, IBatchFeed<UnpairedBatch> feed, int cells)
    {
        using IDisposable inference = inference_mode();
        generators.eval();
        var drawn = new List<RgbImage>();
        foreach (FedBatch<UnpairedBatch> fed in feed.Read(epoch: 0, default, CancellationToken.None))
        {
            using DisposeScope scope = NewDisposeScope();
            using UnpairedBatch batch = fed.Batch;
            Tensor fakeY = generators.G.call(batch.X_N3HW), fakeX = generators.F!.call(batch.Y_N3HW);
            IReadOnlyList<RgbImage>[] columns =
            [
                .. new[] { batch.X_N3HW, fakeY, generators.F.call(fakeY), batch.Y_N3HW, fakeX, generators.G.call(fakeX) }.Select(SymmetricImages.ToImages),
            ];
            for (int i = 0; i < columns[0].Count; i++)
                drawn.AddRange(columns.Select(column => column[i]));
            if (drawn.Count >= cells)
                break;
        }
        return [.. drawn.Take(cells)];
    }
}
