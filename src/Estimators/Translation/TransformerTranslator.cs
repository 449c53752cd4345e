using Microsoft.ML.Runtime;
using MLNetDeepExtensions.Text;
using MLNetDeepExtensions.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Translation;

/// <summary>Trains a Transformer (Vaswani et al., Attention Is All You Need, NIPS 2017, arXiv 1706.03762).</summary>
/// <remarks>
/// Differs from the paper: weights are averaged after every update (<see cref="TrainingOptions.AveragingDecay"/>) instead of over the last five checkpoints;
/// the vocabulary is of byte pairs over UTF-8, so that no text has unknown tokens; the rest stands in the remarks of <see cref="TransformerNetwork"/>.
/// </remarks>
public sealed class TransformerTranslator : TranslationTrainer<TransformerTranslationTransformer, TransformerNetwork>
{
    private readonly Options options;

    internal TransformerTranslator(IHostEnvironment env, Options options) : base(env, options)
    {
        options.EnsureValid(nameof(TransformerTranslator));
        this.options = options;
    }

    /// <summary>What the translator is and how it is trained. Defaults: the paper's base model for English to German.</summary>
    public sealed record Options : TranslationTrainingOptions
    {
        /// <summary>The paper's training (sections 5.1 to 5.4): 37,000 byte pairs of both languages, batches of 25,000 tokens, 100,000 updates, which on 4.5
        /// million pairs are about 20 epochs.</summary>
        public Options()
        {
            SourceTokenisation = new TokenisationOptions { Merges = 37_000 };
            BatchTokens = 25_000;
            MaxEpochs = 20;
            LearningRate = 1;
            Schedule = new LearningRateSchedule.InverseSquareRoot();
            AveragingDecay = 0.999;
            LabelSmoothing = 0.1;
        }

        /// <summary>What the network is. The sizes of the vocabularies are taken from the tokenisers. The <see cref="TrainingOptions.Schedule"/> knows the
        /// size of the base model: give it that of another.</summary>
        public TransformerNetworkOptions Network { get; init; } = new();

        /// <summary>Decay of Adam's mean of gradients (section 5.3). 0 to below 1.</summary>
        public double Beta1 { get; init; } = 0.9;

        /// <summary>Decay of Adam's mean of squared gradients (section 5.3). 0 to below 1.</summary>
        public double Beta2 { get; init; } = 0.98;

        /// <summary>What Adam adds to the root of that mean (section 5.3). Above 0.</summary>
        public double Epsilon { get; init; } = 1e-9;

        internal override IEnumerable<string> Faults()
        {
            foreach (string fault in base.Faults().Concat(Network.Faults().Select(fault => $"{nameof(Network)}.{fault}")))
                yield return fault;
            if (Network.SharedEmbeddings && TargetTokenisation is not null)
                yield return $"{nameof(TargetTokenisation)}: expected null, for one vocabulary, since {nameof(Network)}.{nameof(Network.SharedEmbeddings)} is on.";
            if (Beta1 is not (>= 0 and < 1) || Beta2 is not (>= 0 and < 1))
                yield return $"{nameof(Beta1)}, {nameof(Beta2)}: expected 0 to below 1, got {Beta1} and {Beta2}.";
            if (!(Epsilon > 0 && double.IsFinite(Epsilon)))
                yield return $"{nameof(Epsilon)}: expected a finite number above 0, got {Epsilon}.";
        }
    }

    private protected override TransformerNetwork CreateNetwork(TokeniserPair tokenisers) => new(options.Network with
    {
        SourceVocabulary = tokenisers.Source.Count, TargetVocabulary = tokenisers.Target.Count,
    });

    private protected override void LoadFirstWeights(TransformerNetwork network) =>
        WarmStart.Load<TransformerTranslationTransformer>(network, options, (model, use) => model.UseNetwork(use));

    private protected override OptimizerHelper CreateOptimiser(TransformerNetwork network) =>
        new ParameterwiseOptimiser(
            network.parameters(), parameter => optim.Adam([parameter], options.LearningRate, options.Beta1, options.Beta2, options.Epsilon));

    private protected override TransformerTranslationTransformer CreateTransformer(
        TransformerNetwork network, TokeniserPair tokenisers, Device device, TrainingHistory history) =>
        new(Host, network, options.Inference, options.Columns, tokenisers, device) { History = history };
}
