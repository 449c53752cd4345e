using MLNetDeepExtensions.Text.Metrics;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetDeepExtensions.Translation;

/// <summary>How well a network translates a validation set.</summary>
internal static class TranslationValidation
{
    /// <summary>Negative log-likelihood of a token in nats, without smoothing, and its exponential; BLEU as sacreBLEU gives it, 0 to 1.</summary>
    public const string LogLoss = "log-loss", Perplexity = "perplexity", Bleu = "BLEU";

    /// <summary>Metrics of which a lower value is better.</summary>
    public static IReadOnlySet<string> LowerIsBetter { get; } = new HashSet<string> { LogLoss, Perplexity };

    /// <summary>Loss and perplexity over all pairs.</summary>
    public static IReadOnlyDictionary<string, double> MeasureLoss(ITranslationNetwork network, IEnumerable<TranslationBatch> batches)
    {
        using IDisposable inference = inference_mode();
        var perplexity = new Perplexity();
        double sum = 0;
        foreach (TranslationBatch batch in batches)
        {
            using DisposeScope scope = NewDisposeScope();
            using (batch)
            {
                Tensor logits_MV = network.Logits(batch.Source, batch.Target).to(ScalarType.Float32);
                double likelihood = functional.cross_entropy(logits_MV, batch.Labels_M, reduction: Reduction.Sum).item<float>();
                sum += likelihood;
                perplexity.Add(likelihood, batch.TokenCount);
            }
        }
        return new Dictionary<string, double> { [LogLoss] = sum / perplexity.TokenCount, [Perplexity] = perplexity.Value };
    }

    /// <summary>BLEU of translations against all references of each sentence.</summary>
    public static double MeasureBleu(IReadOnlyList<SentenceTranslation> translations, IReadOnlyList<TranslatedText> texts)
    {
        var bleu = new BleuEvaluator(BleuSmoothing.Exponential);
        for (int i = 0; i < texts.Count; i++)
        {
            bleu.Add(ScoringTokenisation.Mteval13a(translations[i].Best?.Text ?? ""),
                [.. texts[i].Targets.Select(ScoringTokenisation.Mteval13a)]);
        }
        return bleu.Corpus.Score;
    }
}
