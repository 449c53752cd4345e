using System.CommandLine;
using Microsoft.ML;
using MLNetDeepExtensions.Text;
using MLNetDeepExtensions.Training;
using MLNetDeepExtensions.Translation;

namespace MLNetDeepExtensions.Examples;

/// <summary>The Transformer on pairs of sentences.</summary>
internal sealed class TransformerExample : TranslationExample<TransformerTranslator.Options>
{
    /// <summary>Sizes of the network.</summary>
    private enum Size
    {
        /// <summary>For tens of thousands of sentences and two cores; without data a smaller one.</summary>
        Small,

        /// <summary>The paper's base model.</summary>
        Base,

        /// <summary>The paper's big model.</summary>
        Big,
    }

    private readonly Option<string?> size = new("--size") { Description = "Network: small (default), base or big as in the paper.", HelpName = "NAME" };

    protected override string Name => "transformer";

    protected override string Description => "Trains a Transformer on a folder of parallel text (train.en, train.de, ...), or on a generated language.";

    protected override IEnumerable<Option> SystemOptions => [size];

    protected override IEstimator<TranslationTransformer> Trainer(TranslationTrainers trainers, TransformerTranslator.Options options) =>
        trainers.Transformer(options);

    protected override TransformerTranslator.Options Recipe(ExampleOptions options, TranslationData data)
    {
        Size chosen = options.Value(size) is { } name ? EnumName.Read<Size>("--size", name) : Size.Small;
        return chosen switch
        {
            Size.Base => new() { BatchTokens = options.Batch ?? 25_000 },
            Size.Big => Noam(TransformerNetworkOptions.Big, warmUpSteps: 4000) with { BatchTokens = options.Batch ?? 25_000 },
            _ => data.IsGenerated ? Generated(options) : Small(options),
        };
    }

    /// <summary>
    /// What learns from tens of thousands of sentences within an hour or so on a processor with two cores: updates are scarce, so batches are small, and the
    /// rate falls to nothing by the end.
    /// </summary>
    private static TransformerTranslator.Options Small(ExampleOptions options) => new()
    {
        Network = new TransformerNetworkOptions { Layers = 3, ModelSize = 256, FeedForwardSize = 1024, Heads = 4, Dropout = 0.1, ActivationDropout = 0.1 },
        SourceTokenisation = new TokenisationOptions { Merges = 6000 },
        BatchTokens = options.Batch ?? 1280,
        MaxEpochs = 12,
        LearningRate = 1.5e-3,
        Schedule = new LearningRateSchedule.Cosine { WarmUp = 0.1 },
        AveragingDecay = 0.995,
    };

    private static TransformerTranslator.Options Generated(ExampleOptions options) =>
        Noam(new TransformerNetworkOptions { Layers = 2, ModelSize = 64, FeedForwardSize = 128, Heads = 4 }, warmUpSteps: 150) with
        {
            SourceTokenisation = new TokenisationOptions { Merges = 200 },
            BatchTokens = options.Batch ?? 640,
            MaxEpochs = 8,
            LearningRate = 0.5,
            AveragingDecay = 0.99,
        };

    private static TransformerTranslator.Options Noam(TransformerNetworkOptions network, int warmUpSteps) => new()
    {
        Network = network,
        Schedule = new LearningRateSchedule.InverseSquareRoot { ModelSize = network.ModelSize, WarmUpSteps = warmUpSteps },
    };
}
