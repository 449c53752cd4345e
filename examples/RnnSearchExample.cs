using System.CommandLine;
using Microsoft.ML;
using MLNetDeepExtensions.Decoding;
using MLNetDeepExtensions.Text;
using MLNetDeepExtensions.Training;
using MLNetDeepExtensions.Translation;

namespace MLNetDeepExtensions.Examples;

/// <summary>RNNsearch on pairs of sentences, and its baseline RNNencdec.</summary>
internal sealed class RnnSearchExample : TranslationExample<RnnSearchTranslator.Options>
{
    private const string Baseline = "RNNencdec";

    private readonly Option<string?> optimiser = new("--optimiser")
    {
        Description = "adam (default), which learns soon, or adadelta, which is the paper's.", HelpName = "NAME",
    };
    private readonly Option<bool> baseline = new("--baseline") { Description = "RNNencdec instead: the same network without attention." };
    private readonly Option<bool> compare = new("--compare")
    {
        Description = "Trains RNNencdec too: bleu-by-length.csv and bleu-by-length.png (figure 2 of the paper).",
    };

    protected override string Name => "rnnsearch";

    protected override string Description => "Trains RNNsearch on a folder of parallel text (train.en, train.de, ...), or on a generated language.";

    protected override IEnumerable<Option> SystemOptions => [optimiser, baseline, compare];

    protected override IEstimator<TranslationTransformer> Trainer(TranslationTrainers trainers, RnnSearchTranslator.Options options) =>
        trainers.RnnSearch(options);

    protected override RnnSearchTranslator.Options Recipe(ExampleOptions options, TranslationData data)
    {
        RnnSearchOptimiser chosen = options.Value(optimiser) is { } name ? EnumName.Read<RnnSearchOptimiser>("--optimiser", name) : RnnSearchOptimiser.Adam;
        if (options.Value(baseline) && options.Value(compare))
            throw UserError.InArguments("--compare trains RNNencdec too: leave --baseline out.");
        RnnSearchTranslator.Options recipe = data.IsGenerated ? Generated : chosen == RnnSearchOptimiser.Adam ? Small : SmallInMoreUpdates;
        return recipe with
        {
            Network = recipe.Network with { Attention = !options.Value(baseline) },
            Optimiser = chosen,
            LearningRate = chosen == RnnSearchOptimiser.Adam ? recipe.LearningRate : 1,
            BatchSize = options.Batch ?? recipe.BatchSize,
            Inference = new TranslationOptions
            {
                Search = new BeamSearchOptions { BeamSize = 5, LengthPenalty = LengthPenalty.Power, Alpha = 1, MaximumLengthFactor = 2, MaximumLengthOffset = 10 },
            },
        };
    }

    protected override void Report(
        ExampleOptions options, TranslationTest test, Func<Func<RnnSearchTranslator.Options, RnnSearchTranslator.Options>, TranslationTest> trainAgain, OutputFolder output)
    {
        List<(string, IReadOnlyList<TranslatedSentence>)> models = [(options.Value(baseline) ? Baseline : "RNNsearch", test.Results)];
        if (options.Value(compare))
        {
            TranslationTest other = trainAgain(recipe => recipe with { Network = recipe.Network with { Attention = false } });
            Console.WriteLine(FormattableString.Invariant($"{Baseline}: BLEU={100 * other.Metrics.Bleu:0.00}"));
            models.Add((Baseline, other.Results));
        }
        BleuByLength.Write(models, output);
    }

    /// <summary>What learns from tens of thousands of sentences within an hour on a processor with two cores: half of the paper's sizes, subwords, and
    /// a rate that falls to nothing by the end of the run.</summary>
    private static RnnSearchTranslator.Options Small => new()
    {
        Network = new() { EmbeddingSize = 256, HiddenSize = 512, AlignmentSize = 512, MaxoutSize = 256, Dropout = 0.2, InitialDeviation = 0.05 },
        SourceTokenisation = new TokenisationOptions { Merges = 6000 }, TargetTokenisation = null,
        MaximumSourceLength = 100, MaximumTargetLength = 100, BatchSize = 64, MaxEpochs = 5,
        LearningRate = 1e-3, Schedule = new LearningRateSchedule.Cosine { WarmUp = 0.02 }, AveragingDecay = 0.998,
    };

    /// <summary>For Adadelta: gradients are clipped to a length of 1, however many sentences they are of.</summary>
    private static RnnSearchTranslator.Options SmallInMoreUpdates => Small with { BatchSize = 20, MaxEpochs = 9 };

    private static RnnSearchTranslator.Options Generated => new()
    {
        Network = new() { EmbeddingSize = 32, HiddenSize = 64, AlignmentSize = 64, MaxoutSize = 32, InitialDeviation = 0.2, InitialAlignmentDeviation = 0.1 },
        BatchSize = 20, MaxEpochs = 5, LearningRate = 0.01, Schedule = new LearningRateSchedule.Cosine(), AveragingDecay = 0.99,
    };
}
