using Microsoft.ML.Data;
using MLNetDeepExtensions.Text;
using MLNetDeepExtensions.Text.Metrics;

namespace MLNetDeepExtensions.Translation;

/// <summary>One pass over translations and references.</summary>
internal sealed class TranslationEvaluation(bool lowerCase)
{
    private readonly BleuEvaluator bleu = new(BleuSmoothing.Exponential), tokenisedBleu = new();
    private readonly MeteorEvaluator meteor = new();
    private readonly List<TranslationSentenceMetrics> sentences = [];
    private readonly SortedSet<int> referenceCounts = [];

    public TranslationMetrics Run(IEnumerable<ReferencedText> texts)
    {
        foreach (ReferencedText text in texts)
            Add(text);
        string references = referenceCounts.Count == 1 ? $"{referenceCounts.Min}" : "var";
        return new TranslationMetrics(
            bleu.Corpus, tokenisedBleu.Corpus, meteor.Corpus, sentences,
            $"nrefs:{references}|case:{(lowerCase ? "lc" : "mixed")}|eff:no|tok:13a|smooth:exp");
    }

    private void Add(ReferencedText text)
    {
        string predicted = Cased(text.Predicted);
        string[] references = [.. text.References.Select(Cased)];
        referenceCounts.Add(references.Length);
        tokenisedBleu.Add(ScoringTokenisation.Blanks(predicted), [.. references.Select(ScoringTokenisation.Blanks)]);
        string[] words = ScoringTokenisation.Mteval13a(predicted);
        string[][] referenceWords = [.. references.Select(ScoringTokenisation.Mteval13a)];
        BleuScore sentence = bleu.Add(words, referenceWords);
        double score = meteor.Add(Lower(words), [.. referenceWords.Select(Lower)]);
        sentences.Add(new TranslationSentenceMetrics(text.Predicted, sentence.Score, score, sentence.ReferenceLength));
    }

    private string Cased(string text) => lowerCase ? text.ToLowerInvariant() : text;

    private static string[] Lower(string[] words) => [.. words.Select(word => word.ToLowerInvariant())];
}
