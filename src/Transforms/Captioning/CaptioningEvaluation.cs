using Microsoft.ML.Data;
using MLNetDeepExtensions.Text;
using MLNetDeepExtensions.Text.Metrics;

namespace MLNetDeepExtensions.Captioning;

/// <summary>One pass over captions and references.</summary>
internal static class CaptioningEvaluation
{
    public static CaptioningMetrics Run(IEnumerable<ReferencedText> texts)
    {
        var bleu = new BleuEvaluator();
        var sentenceBleu = new BleuEvaluator(BleuSmoothing.Exponential);
        var meteor = new MeteorEvaluator();
        var cider = new CiderEvaluator();
        var captions = new List<(string Caption, double Bleu, double Meteor)>();
        foreach (ReferencedText text in texts)
        {
            string[] words = ScoringTokenisation.Captions(text.Predicted);
            string[][] references = [.. text.References.Select(ScoringTokenisation.Captions)];
            bleu.Add(words, references);
            cider.Add(words, references);
            captions.Add((text.Predicted, sentenceBleu.Add(words, references).Score, meteor.Add(words, references)));
        }
        return new CaptioningMetrics(
            bleu.Corpus, meteor.Corpus, cider.Mean(),
            [.. captions.Zip(cider.PerImage(), (caption, score) => new CaptionMetrics(caption.Caption, caption.Bleu, caption.Meteor, score))]);
    }
}
