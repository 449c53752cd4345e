using Microsoft.ML.Runtime;
using MLNetDeepExtensions.Decoding;
using MLNetDeepExtensions.Text;
using MLNetDeepExtensions.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Translation;

/// <summary>Trains RNNsearch (Bahdanau, Cho and Bengio, Neural Machine Translation by Jointly Learning to Align and Translate, ICLR 2015,
/// arXiv 1409.0473), or its baseline RNNencdec.</summary>
/// <remarks>Differs from the paper in what the remarks of <see cref="RnnSearchNetwork"/> say. The optimiser of
/// <see cref="RnnSearchOptimiser.Adam"/> keeps the usual decays 0.9 and 0.999.</remarks>
public sealed class RnnSearchTranslator : TranslationTrainer<RnnSearchTranslationTransformer, RnnSearchNetwork>
{
    private readonly Options options;

    internal RnnSearchTranslator(IHostEnvironment env, Options options) : base(env, options)
    {
        options.EnsureValid(nameof(RnnSearchTranslator));
        this.options = options;
    }

    /// <summary>What the translator is and how it is trained. Defaults: the paper's RNNsearch-50.</summary>
    public sealed record Options : TranslationTrainingOptions
    {
        /// <summary>The paper's training (section 4, appendix B.2): 30,000 words of each language, sentences of up to 50 words, batches of 80,
        /// gradients of norm 1 at most; 5 epochs of its 12 million pairs, as for RNNsearch-50*. Translations have at most three times the
        /// source's words, in a beam of 12, of which the paper says nothing.</summary>
        public Options()
        {
            SourceTokenisation = new TokenisationOptions { Kind = TokeniserKind.Words, MaximumWords = 30_000, MinimumCount = 1 };
            TargetTokenisation = SourceTokenisation;
            MaximumSourceLength = MaximumTargetLength = 51;
            LongSentences = LongSentences.LeaveOut;
            BatchSize = 80;
            MaxEpochs = 5;
            LearningRate = 1;
            ClipNorm = 1;
            Inference = new TranslationOptions
            {
                Search = new BeamSearchOptions { BeamSize = 12, Alpha = 0, MaximumLengthFactor = 3, MaximumLengthOffset = 0 },
            };
        }

        /// <summary>What the network is; without attention, RNNencdec. The sizes of the vocabularies are taken from the tokenisers.</summary>
        public RnnSearchNetworkOptions Network { get; init; } = new();

        /// <summary>How gradients are followed. <see cref="TrainingOptions.LearningRate"/> is 1 for Adadelta (appendix B.2); give Adam
        /// another.</summary>
        public RnnSearchOptimiser Optimiser { get; init; }

        /// <summary>Adadelta's decay of the means of squares (appendix B.2). 0 to below 1.</summary>
        public double Rho { get; init; } = 0.95;

        /// <summary>What Adadelta adds to those means (appendix B.2). Above 0.</summary>
        public double Epsilon { get; init; } = 1e-6;

        /// <summary>What the gradient is of that <see cref="TrainingOptions.ClipNorm"/> clips.</summary>
        public LossReduction Reduction { get; init; }

        /// <summary>Batches that are cut from rows sorted by length (appendix B.2); more have less padding, fewer have neighbours that
        /// change more. At least 1. Without effect if <see cref="TranslationTrainingOptions.BatchTokens"/> is given.</summary>
        public int SortedBatches { get; init; } = 20;

        /// <summary>Made anew for each run.</summary>
        internal OptimizerHelper CreateOptimiser(IEnumerable<Parameter> parameters) => Optimiser == RnnSearchOptimiser.Adam
            ? new ParameterwiseOptimiser(parameters, parameter => optim.Adam([parameter], LearningRate))
            : new ParameterwiseOptimiser(parameters, parameter => optim.Adadelta([parameter], LearningRate, Rho, Epsilon));

        internal override IEnumerable<string> Faults()
        {
            foreach (string fault in base.Faults().Concat(Network.Faults().Select(fault => $"{nameof(Network)}.{fault}")))
                yield return fault;
            if (!Enum.IsDefined(Optimiser))
                yield return $"{nameof(Optimiser)}: expected a member of {nameof(RnnSearchOptimiser)}, got {Optimiser}.";
            if (Rho is not (>= 0 and < 1))
                yield return $"{nameof(Rho)}: expected 0 to below 1, got {Rho}.";
            if (!(Epsilon > 0 && double.IsFinite(Epsilon)))
                yield return $"{nameof(Epsilon)}: expected a finite number above 0, got {Epsilon}.";
            if (!Enum.IsDefined(Reduction))
                yield return $"{nameof(Reduction)}: expected a member of {nameof(LossReduction)}, got {Reduction}.";
            if (SortedBatches < 1)
                yield return $"{nameof(SortedBatches)}: expected at least 1, got {SortedBatches}.";
        }
    }

    private protected override IBatching<TranslationSample> Batching => options.BatchTokens is not null ? base.Batching
        : new BatchingByLength<TranslationSample>(options.BatchSize, options.SortedBatches, sample => Math.Max(sample.Lengths.Source, sample.Lengths.Target));

    private protected override RnnSearchNetwork CreateNetwork(TokeniserPair tokenisers) => new(options.Network with
    {
        SourceVocabulary = tokenisers.Source.Count, TargetVocabulary = tokenisers.Target.Count,
    });

    private protected override void LoadFirstWeights(RnnSearchNetwork network) =>
        WarmStart.Load<RnnSearchTranslationTransformer>(network, options, (model, use) => model.UseNetwork(use));

    private protected override OptimizerHelper CreateOptimiser(RnnSearchNetwork network) => options.CreateOptimiser(network.parameters());

    // The mean is what is reported; its weight makes it the sum.
    private protected override IReadOnlyList<LossTensor> Loss(RnnSearchNetwork network, TranslationBatch batch) => options.Reduction == LossReduction.Mean
        ? base.Loss(network, batch)
        : [.. base.Loss(network, batch).Select(term => term with { Weight = term.Weight * batch.TokenCount })];

    private protected override RnnSearchTranslationTransformer CreateTransformer(
        RnnSearchNetwork network, TokeniserPair tokenisers, Device device, TrainingHistory history) =>
        new(Host, network, options.Inference, options.Columns, tokenisers, device) { History = history };
}
