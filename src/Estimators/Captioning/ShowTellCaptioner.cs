using System.Text;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNetDeepExtensions.Blocks;
using MLNetDeepExtensions.Images;
using MLNetDeepExtensions.Text;
using MLNetDeepExtensions.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Captioning;

/// <summary>Trains a captioner of images (Vinyals, Toshev, Bengio, Erhan: Show and Tell, CVPR 2015, arXiv 1411.4555).</summary>
/// <remarks>
/// Each caption of an image is a pair of its own; the pairs of an image are in the same update, so that the encoder runs once for all of
/// them. In validation all captions of an image are its references.
/// </remarks>
public sealed class ShowTellCaptioner : NetworkTrainer<ShowTellCaptioningTransformer>
{
    private readonly Options options;
    private readonly CaptioningSampleReader samples;

    internal ShowTellCaptioner(IHostEnvironment env, Options options) : base(env, options)
    {
        options.EnsureValid(nameof(ShowTellCaptioner));
        this.options = options;
        samples = new CaptioningSampleReader(Host, options.ImageColumnName, options.CaptionColumnName);
    }

    /// <summary>What the captioner is and how it is trained. Defaults: the paper's (section 4.3.1), and im2txt's where it is silent.</summary>
    public sealed record Options : TrainingOptions
    {
        /// <summary>Gradient descent at a fixed rate (section 4.3.1); rate, clipping and batches as in im2txt, 50 passes.</summary>
        public Options()
        {
            MaxEpochs = 50;
            BatchSize = 32;
            LearningRate = 2;
            ClipNorm = 5;
        }

        /// <summary>Column of images, of any size.</summary>
        public string ImageColumnName { get; init; } = "Image";

        /// <summary>Column of captions: Text, or a vector of Text for several of each image.</summary>
        public string CaptionColumnName { get; init; } = "Caption";

        /// <summary>Column to add: the best caption.</summary>
        public string PredictedCaptionColumnName { get; init; } = "PredictedCaption";

        /// <summary>Column to add: its log-probability in nats.</summary>
        public string ScoreColumnName { get; init; } = "Score";

        /// <summary>Column to add: the best captions, best first.</summary>
        public string CandidateCaptionsColumnName { get; init; } = "CandidateCaptions";

        /// <summary>Column to add: the log-probability of each of them.</summary>
        public string CandidateScoresColumnName { get; init; } = "CandidateScores";

        /// <summary>What the network is. The size of the vocabulary is taken from the captions.</summary>
        public ShowTellNetworkOptions Network { get; init; } = new();

        /// <summary>How text becomes tokens. By default words in lower case that appear at least five times in the training captions (section
        /// 4.3.1); others are the unknown word. Not used with <see cref="TrainingOptions.InitialModel"/>, whose vocabulary stays.</summary>
        public TokenisationOptions Tokenisation { get; init; } = new() { Kind = TokeniserKind.Words, MinimumCount = 5, LowerCase = true };

        /// <summary>The most tokens of a training caption, its end token included; longer ones lose their last words, which the log
        /// tells. At least 2.</summary>
        public int MaximumCaptionLength { get; init; } = 50;

        /// <summary>How the fitted model predicts; it can be changed later with the transformer's <c>With</c>.</summary>
        public CaptioningOptions Inference { get; init; } = new();

        /// <summary>Beam of the captions that validation scores. At least 1; 1, greedy, is the fastest.</summary>
        public int ValidationBeamSize { get; init; } = 1;

        /// <summary>How training images are varied. By default not at all, as in the paper; mirroring makes captions with left and right
        /// false.</summary>
        public ClassificationAugmentation Augmentation { get; init; } = ClassificationAugmentation.None;

        /// <summary>
        /// File with weights of the encoder to start from, safetensors or PyTorch's; null for random ones. Recognised by content: torchvision's
        /// inception_v3, resnet*, vgg16, timm's seresnet*, or a classifier saved by this library.
        /// </summary>
        public string? PretrainedWeights { get; init; }

        /// <summary>Whether the encoder stays as it is for <see cref="TrainingOptions.MaxEpochs"/>, its batch normalisation in evaluation mode, as in the
        /// paper, where changing it did harm (section 4.3.1). It needs pretrained weights then.</summary>
        public bool FreezesEncoder { get; init; } = true;

        /// <summary>Passes over the data after those of the frozen encoder, in which all weights learn (im2txt's second phase; Vinyals et al., arXiv
        /// 1609.06647, section 4.3). At least 0; 0 for none, as in the paper of 2015.</summary>
        public int FineTuningEpochs { get; init; }

        /// <summary>Learning rate of these passes, above 0; im2txt has 0.0005.</summary>
        public double FineTuningLearningRate { get; init; } = 5e-4;

        /// <summary>Factor on that rate over these passes.</summary>
        public LearningRateSchedule FineTuningSchedule { get; init; } = new LearningRateSchedule.Constant();

        /// <summary>How weights follow their gradients. The learning rate of the defaults is meant for <see cref="CaptioningOptimiser.GradientDescent"/>;
        /// 0.001 is usual with <see cref="CaptioningOptimiser.Adam"/>.</summary>
        public CaptioningOptimiser Optimiser { get; init; }

        /// <summary>Momentum of gradient descent, 0 to below 1; the paper has none (section 4.3.1).</summary>
        public double Momentum { get; init; }

        /// <summary>Decay of matrices and convolutions, at least 0.</summary>
        public double WeightDecay { get; init; }

        internal override IEnumerable<string> Faults()
        {
            foreach (string fault in base.Faults().Concat(Network.Faults().Select(fault => $"{nameof(Network)}.{fault}"))
                .Concat(Tokenisation.Faults().Select(fault => $"{nameof(Tokenisation)}.{fault}"))
                .Concat(Inference.Faults().Select(fault => $"{nameof(Inference)}.{fault}"))
                .Concat(Augmentation.Faults().Select(fault => $"{nameof(Augmentation)}.{fault}"))
                .Concat(FineTuningSchedule.Faults().Select(fault => $"{nameof(FineTuningSchedule)}.{fault}"))
                .Concat(MissingFile(nameof(PretrainedWeights), PretrainedWeights)).Concat(MomentumDescent.Faults(Momentum, WeightDecay)))
                yield return fault;
            if (MaximumCaptionLength < 2)
                yield return $"{nameof(MaximumCaptionLength)}: expected at least 2, got {MaximumCaptionLength}.";
            if (ValidationBeamSize < 1)
                yield return $"{nameof(ValidationBeamSize)}: expected at least 1, got {ValidationBeamSize}.";
            if (FineTuningEpochs < 0)
                yield return $"{nameof(FineTuningEpochs)}: expected at least 0, got {FineTuningEpochs}.";
            if (FineTuningEpochs > 0 && !FreezesEncoder)
                yield return $"{nameof(FineTuningEpochs)}: expected 0 unless {nameof(FreezesEncoder)}, got {FineTuningEpochs}.";
            if (!(FineTuningLearningRate > 0 && double.IsFinite(FineTuningLearningRate)))
                yield return $"{nameof(FineTuningLearningRate)}: expected a finite number above 0, got {FineTuningLearningRate}.";
            if (!Enum.IsDefined(Optimiser))
                yield return $"{nameof(Optimiser)}: expected a member of {nameof(CaptioningOptimiser)}, got {Optimiser}.";
        }
    }

    private CaptioningColumns Columns => new()
    {
        Image = options.ImageColumnName, PredictedCaption = options.PredictedCaptionColumnName, Score = options.ScoreColumnName,
        CandidateCaptions = options.CandidateCaptionsColumnName, CandidateScores = options.CandidateScoresColumnName,
    };

    private protected override void CheckColumns(SchemaShape input) => samples.Check(input);

    private protected override IEnumerable<SchemaShape.Column> Promise(SchemaShape input) => Columns.Promise();

    private protected override ShowTellCaptioningTransformer Fit(IDataView input, TrainingRun run)
    {
        ITextTokeniser tokeniser = CreateTokeniser(input, run);
        var encoder = new SentenceEncoder(tokeniser, options.MaximumCaptionLength);
        var features = new FrozenFeatures();
        var feed = run.Feed(input, samples.For(input.Schema, encoder.Encode), Recipe(tokeniser.Special, features, run.Device));
        Log(encoder.Report("caption"));
        ShowTellNetwork network = CreateNetwork(tokeniser.Count, run.Device);
        try
        {
            LoadFirstWeights(network);
            var trained = new ShowTellEnsemble(network);
            // Features are constant as long as each sample is the same object in all epochs and is never varied.
            bool areConstant = feed.RowCount <= options.ShufflePoolSize && options.Augmentation == ClassificationAugmentation.None;
            TrainingHistory history = run.Train(
                [.. Phases(run, feed, network, () => CreateNetwork(tokeniser.Count, run.Device), areConstant ? features : null)],
                CreateValidation(input, run, trained, tokeniser), feed.Fingerprint, input.Schema);
            return new ShowTellCaptioningTransformer(Host, trained, options.Inference, Columns, tokeniser, run.Device) { History = history };
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    private ITextTokeniser CreateTokeniser(IDataView input, TrainingRun run)
    {
        if (options.InitialModel is ShowTellCaptioningTransformer initial)
            return initial.Tokeniser;
        ITextTokeniser tokeniser = options.Tokenisation.Learn(run.TrainingRows(input, samples.Texts(input.Schema)).SelectMany(captions => captions));
        return tokeniser.Count > SpecialTokens.Count ? tokeniser : throw new InvalidDataException(
            $"Column '{options.CaptionColumnName}': no word appears at least {options.Tokenisation.MinimumCount} times; lower {nameof(Options.Tokenisation)}."
            + $"{nameof(TokenisationOptions.MinimumCount)}.");
    }

    private SampleRecipe<CaptioningSample, CaptioningSampleView, CaptioningBatch> Recipe(SpecialTokens special, FrozenFeatures features, Device device)
    {
        int side = options.Network.Encoder.ImageSize;
        return new(
            (sample, random) => new CaptioningSampleView(sample, options.Augmentation.Draw(sample.Image, side, options.Inference.Seen, random)),
            views => CaptioningBatch.Of(views, features.Cover(views.Select(view => view.Sample)), side, special, device),
            new BatchingByCount<CaptioningSample>(options.BatchSize),
            (sample, hash) =>
            {
                hash.AppendData(sample.Image.Pixels);
                foreach (string caption in sample.Captions)
                    hash.AppendData(Encoding.UTF8.GetBytes(caption + "\n"));
            });
    }

    /// <summary>The frozen encoder's phase and the fine-tuning after it, or all weights at once.</summary>
    /// <param name="run">The call of Fit.</param>
    /// <param name="feed">The data of all phases.</param>
    /// <param name="network">What is trained.</param>
    /// <param name="createCopy">Makes another network like it.</param>
    /// <param name="features">Remembers what the frozen encoder says; null if that changes from epoch to epoch.</param>
    private IEnumerable<TrainingPhase<CaptioningBatch>> Phases(TrainingRun run, IBatchFeed<CaptioningBatch> feed, ShowTellNetwork network,
        Func<ShowTellNetwork> createCopy, FrozenFeatures? features)
    {
        if (!options.FreezesEncoder)
        {
            yield return Phase("training", frozen: false, options.LearningRate);
            yield break;
        }
        yield return Phase("frozen encoder", frozen: true, options.LearningRate);
        if (options.FineTuningEpochs > 0)
            yield return Phase("fine-tuning", frozen: false, options.FineTuningLearningRate) with
            {
                Epochs = options.FineTuningEpochs,
                Schedules = new Dictionary<string, LearningRateSchedule>
                {
                    [SupervisedStep<ShowTellNetwork, CaptioningBatch>.OptimiserName] = options.FineTuningSchedule,
                },
            };

        TrainingPhase<CaptioningBatch> Phase(string name, bool frozen, double learningRate) => run.SupervisedPhase(name, feed, network, createCopy, () =>
        {
            if (!frozen)
                features?.Forget();
            network.FreezeEncoder(frozen);
            return options.Optimiser.Create(network, learningRate, options.Momentum, options.WeightDecay);
        }, (learner, batch) => Loss(learner, batch, frozen ? features : null));
    }

    private static IReadOnlyList<LossTensor> Loss(ShowTellNetwork network, CaptioningBatch batch, FrozenFeatures? features)
    {
        Tensor features_NC = features is null ? network.Features(batch.Images_N3HW!) : features.Of(network, batch);
        return [new LossTensor("crossEntropy", ShowTellLoss.Of(network, network.Project(features_NC), batch.Captions))];
    }

    private Validation? CreateValidation(IDataView input, TrainingRun run, ShowTellEnsemble networks, ITextTokeniser tokeniser)
    {
        int[] Whole(string caption) => [.. tokeniser.Encode(caption), tokeniser.Special.End];
        if (run.ValidationRows(input, schema => samples.For(schema, Whole)) is not { } rows)
            return null;
        var prediction = new ShowTellPrediction(options.Inference with { BeamSize = options.ValidationBeamSize }, tokeniser, run.Device);
        return new Validation(Measure, options.BestBy ?? CaptioningValidation.LogLoss, new HashSet<string> { CaptioningValidation.LogLoss });

        IReadOnlyDictionary<string, double> Measure()
        {
            networks.eval();
            return CaptioningValidation.Measure(networks, prediction, rows(), options.Inference.BatchSize, options.CancellationToken);
        }
    }

    private ShowTellNetwork CreateNetwork(int words, Device device)
    {
        var network = new ShowTellNetwork(options.Network with { VocabularySize = words });
        ChannelsLast.Apply(network);
        return (ShowTellNetwork)network.to(device);
    }

    private void LoadFirstWeights(ShowTellNetwork network)
    {
        if (options.PretrainedWeights is { } path)
            Log($"Starting from {path}: {Weights.PretrainedWeights.Load(network, path, ShowTellCheckpoints.ToStartFrom(network.Options))}");
        else if (options.FreezesEncoder && options.InitialModel is null)
            Warn($"The encoder is frozen with random weights: name {nameof(Options.PretrainedWeights)}, or set {nameof(Options.FreezesEncoder)} to false.");
        WarmStart.Load<ShowTellCaptioningTransformer>(network, options, (model, use) => model.UseNetworks(networks => networks.Members.Count == 1
            ? use(networks.Members[0])
            : throw new ArgumentException($"{nameof(options.InitialModel)}: expected one network, got an ensemble of {networks.Members.Count}.")));
    }

    private void Log(string? message)
    {
        using IChannel channel = Host.Start(nameof(Fit));
        if (message is not null)
            channel.Info(MessageSensitivity.None, message);
    }

    private void Warn(string message)
    {
        using IChannel channel = Host.Start(nameof(Fit));
        channel.Warning(MessageSensitivity.None, message);
    }
}
