using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNetDeepExtensions.Text;
using MLNetDeepExtensions.Training;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetDeepExtensions.Translation;

/// <summary>What all translation trainers do: learn vocabularies, read pairs of sentences, train a network by maximum likelihood, validate by loss,
/// perplexity and BLEU.</summary>
public abstract class TranslationTrainer<TTransformer, TNetwork> : NetworkTrainer<TTransformer>
    where TTransformer : TranslationTransformer
    where TNetwork : Module, ITranslationNetwork
{
    private readonly TranslationTrainingOptions options;
    private readonly TranslationSampleReader samples;

    private protected TranslationTrainer(IHostEnvironment env, TranslationTrainingOptions options) : base(env, options)
    {
        this.options = options;
        samples = new TranslationSampleReader(Host, options);
    }

    /// <summary>The network for these vocabularies, with random weights.</summary>
    private protected abstract TNetwork CreateNetwork(TokeniserPair tokenisers);

    /// <summary>Replaces random weights by those of another model, if the options name one.</summary>
    private protected abstract void LoadFirstWeights(TNetwork network);

    private protected abstract OptimizerHelper CreateOptimiser(TNetwork network);

    private protected abstract TTransformer CreateTransformer(TNetwork network, TokeniserPair tokenisers, Device device, TrainingHistory history);

    /// <summary>How a window of samples is cut into batches: by tokens if the options say how many, else by count.</summary>
    private protected virtual IBatching<TranslationSample> Batching => options.BatchTokens is { } tokens
        ? new BatchingByTokens<TranslationSample>(tokens, sample => sample.Lengths, sample => sample.Targets.Length)
        : new BatchingByCount<TranslationSample>(options.BatchSize);

    /// <summary>The loss terms of a batch: the mean over its tokens.</summary>
    private protected virtual IReadOnlyList<LossTensor> Loss(TNetwork network, TranslationBatch batch) =>
        [new LossTensor("crossEntropy", functional.cross_entropy(
            network.Logits(batch.Source, batch.Target).to(ScalarType.Float32), batch.Labels_M, label_smoothing: options.LabelSmoothing))];

    private protected sealed override void CheckColumns(SchemaShape input) => samples.Check(input);

    private protected sealed override IEnumerable<SchemaShape.Column> Promise(SchemaShape input) => options.Columns.Promise();

    private protected sealed override TTransformer Fit(IDataView input, TrainingRun run)
    {
        TokeniserPair tokenisers = options.InitialModel is TranslationTransformer first ? first.Tokenisers : LearnTokenisers(input, run);
        TNetwork network = CreateNetwork(tokenisers);
        try
        {
            LoadFirstWeights(network);
            network.to(run.Device);
            SentenceEncoder source = Encoder(tokenisers.Source, options.MaximumSourceLength, network);
            SentenceEncoder target = Encoder(tokenisers.Target, options.MaximumTargetLength, network);
            var feed = run.Feed(input, samples.Samples(input.Schema, source, target), Recipe(tokenisers, run.Device));
            Report(source, target);
            long seen = source.Sentences;
            TrainingHistory history = run.TrainSupervised(
                feed, input.Schema, network, () => (TNetwork)CreateNetwork(tokenisers).to(run.Device), () => CreateOptimiser(network), Loss,
                Validation(input, run, network, tokenisers), batch => batch.TokenCount);
            // More than fits into memory was read again and again.
            if (source.Sentences > seen)
                Report(source, target);
            return CreateTransformer(network, tokenisers, run.Device, history);
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    private TokeniserPair LearnTokenisers(IDataView input, TrainingRun run)
    {
        IEnumerable<TranslatedText> texts = run.TrainingRows(input, samples.Texts(input.Schema));
        if (options.TargetTokenisation is { } targetOptions)
            return new TokeniserPair(options.SourceTokenisation.Learn(texts.Select(text => text.Source)), targetOptions.Learn(texts.SelectMany(text => text.Targets)));
        ITextTokeniser joint = options.SourceTokenisation.Learn(texts.SelectMany(text => text.Targets.Prepend(text.Source)));
        return new TokeniserPair(joint, joint);
    }

    private static SentenceEncoder Encoder(ITextTokeniser tokeniser, int maximumLength, TNetwork network) =>
        new(tokeniser, Math.Min(maximumLength, network.MaximumLength ?? int.MaxValue));

    private SampleRecipe<TranslationSample, TranslationSample, TranslationBatch> Recipe(TokeniserPair tokenisers, Device device) => new(
        (sample, _) => sample, batch => TranslationBatch.Of(batch, tokenisers, device), Batching, (sample, hash) => sample.AddTo(hash));

    private void Report(SentenceEncoder source, SentenceEncoder target)
    {
        using IChannel channel = Host.Start("Tokenisation");
        foreach ((SentenceEncoder encoder, string role) in new[] { (source, "source"), (target, "target") })
        {
            if (encoder.Report(role) is not { } report)
                continue;
            if (encoder.Truncated > 0)
                channel.Warning(MessageSensitivity.None, report);
            else
                channel.Info(MessageSensitivity.None, report);
        }
    }

    private Validation? Validation(IDataView input, TrainingRun run, TNetwork network, TokeniserPair tokenisers)
    {
        if (run.ValidationRows(input, samples.Texts) is not { } rows)
            return null;
        string best = options.BestBy ?? (options.ValidationBeamSize > 0 ? TranslationValidation.Bleu : TranslationValidation.LogLoss);
        return new Validation(() => Measure([.. rows()], network, tokenisers, run.Device), best, TranslationValidation.LowerIsBetter);
    }

    private IReadOnlyDictionary<string, double> Measure(
        IReadOnlyList<TranslatedText> texts, TNetwork network, TokeniserPair tokenisers, Device device)
    {
        network.eval();
        var metrics = new Dictionary<string, double>(TranslationValidation.MeasureLoss(network, Batches(texts, network, tokenisers, device)));
        if (options.ValidationBeamSize > 0)
        {
            TranslationOptions inference = options.Inference;
            inference = inference with { Search = inference.Search with { BeamSize = options.ValidationBeamSize, BestCount = 1 } };
            using IDisposable noGradient = inference_mode();
            IReadOnlyList<SentenceTranslation> translations = new SentenceTranslator(tokenisers, inference, network.MaximumLength)
                .Translate(network, device, [.. texts.Select(text => text.Source)], options.CancellationToken);
            metrics[TranslationValidation.Bleu] = TranslationValidation.MeasureBleu(translations, texts);
        }
        return metrics;
    }

    private IEnumerable<TranslationBatch> Batches(
        IReadOnlyList<TranslatedText> texts, TNetwork network, TokeniserPair tokenisers, Device device)
    {
        SentenceEncoder source = Encoder(tokenisers.Source, options.MaximumSourceLength, network);
        SentenceEncoder target = Encoder(tokenisers.Target, options.MaximumTargetLength, network);
        return texts.Select(text => new TranslationSample(source.Encode(text.Source), [.. text.Targets.Select(target.Encode)]))
            .OrderBy(sample => sample.Source.Length).Chunk(options.Inference.BatchSize)
            .Select(batch => TranslationBatch.Of(batch, tokenisers, device));
    }
}
