using MLNetDeepExtensions.Text.Metrics;
using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Legends;
using OxyPlot.Series;
using OxyPlot.SkiaSharp;

namespace MLNetDeepExtensions.Examples;

/// <summary>How BLEU depends on the length of the sentences, as figure 2 of Bahdanau et al. (arXiv 1409.0473) shows it: a table and a picture.</summary>
internal static class BleuByLength
{
    private const int Width = 900, Height = 540, Step = 5;

    private static readonly OxyColor[] Colours = [OxyColors.Black, OxyColors.SteelBlue, OxyColors.DarkOrange, OxyColors.SeaGreen];

    /// <summary>BLEU, 0 to 100, of the sentences of each length: words of the source, rounded up to a multiple of 5.</summary>
    public static IReadOnlyList<(int Length, int Sentences, double Bleu)> Of(IEnumerable<TranslatedSentence> sentences) =>
    [
        .. sentences.GroupBy(sentence => (ScoringTokenisation.Mteval13a(sentence.Source).Length + Step - 1) / Step * Step).OrderBy(group => group.Key)
            .Select(group => (group.Key, group.Count(), Bleu(group))),
    ];

    public static void Write(IReadOnlyList<(string Model, IReadOnlyList<TranslatedSentence> Sentences)> models, OutputFolder output)
    {
        var csv = new CsvWriter(["model", "length", "sentences", "BLEU"]);
        var plot = new PlotModel
        {
            Title = "BLEU by length of the sentence", Background = OxyColors.White, DefaultFont = Lettering.Typeface.FamilyName, DefaultColors = Colours,
        };
        plot.Legends.Add(new Legend { LegendPosition = LegendPosition.RightTop, LegendPlacement = LegendPlacement.Inside });
        plot.Axes.Add(new LinearAxis { Position = AxisPosition.Bottom, Title = "words, up to", Minimum = 0, MajorStep = Step, MinorStep = Step });
        plot.Axes.Add(new LinearAxis { Position = AxisPosition.Left, Title = "BLEU", Minimum = 0, MajorGridlineStyle = LineStyle.Dot });
        foreach ((string model, IReadOnlyList<TranslatedSentence> sentences) in models)
        {
            var curve = new LineSeries { Title = model, MarkerType = MarkerType.Circle, MarkerSize = 2.5 };
            foreach ((int length, int count, double bleu) in Of(sentences))
            {
                csv.Add([model, length, count, bleu]);
                curve.Points.Add(new DataPoint(length, bleu));
            }
            plot.Series.Add(curve);
        }
        csv.Write(output.File("bleu-by-length.csv"));
        using FileStream file = File.Create(output.File("bleu-by-length.png"));
        new PngExporter { Width = Width, Height = Height, UseTextShaping = false }.Export(plot, file);
    }

    private static double Bleu(IEnumerable<TranslatedSentence> sentences)
    {
        var bleu = new BleuEvaluator(BleuSmoothing.Exponential);
        foreach (TranslatedSentence sentence in sentences)
            bleu.Add(ScoringTokenisation.Mteval13a(sentence.PredictedTranslation), [ScoringTokenisation.Mteval13a(sentence.Target)]);
        return 100 * bleu.Corpus.Score;
    }
}
