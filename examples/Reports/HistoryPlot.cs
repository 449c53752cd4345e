using MLNetDeepExtensions.Training;
using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Legends;
using OxyPlot.Series;
using OxyPlot.SkiaSharp;

namespace MLNetDeepExtensions.Examples;

/// <summary>A training history as curves: loss terms, those of validation too, on the left axis, other validation metrics, if they are 0 to 1, on the right one.</summary>
internal static class HistoryPlot
{
    private const int Width = 900, Height = 540;

    private static readonly OxyColor[] Colours =
    [
        OxyColors.Black, OxyColors.SteelBlue, OxyColors.DarkOrange, OxyColors.SeaGreen, OxyColors.Crimson,
        OxyColors.MediumPurple, OxyColors.SaddleBrown, OxyColors.Gray,
    ];

    public static void Write(TrainingHistory history, string title, string path)
    {
        var plot = new PlotModel
        {
            Title = title, Background = OxyColors.White, DefaultFont = Lettering.Typeface.FamilyName, DefaultColors = Colours,
        };
        plot.Legends.Add(new Legend
        {
            LegendPosition = LegendPosition.TopCenter, LegendPlacement = LegendPlacement.Outside, LegendOrientation = LegendOrientation.Horizontal,
        });
        plot.Axes.Add(new LinearAxis
        {
            Position = AxisPosition.Bottom, Title = "epoch", MinimumMajorStep = 1, MinimumMinorStep = 1, MajorGridlineStyle = LineStyle.Dot,
        });
        LineSeries[] losses =
        [
            .. Curves(history, epoch => epoch.Losses, "", "loss", LineStyle.Solid),
            .. Curves(history, epoch => Chosen(epoch, IsLoss), "validation ", "loss", LineStyle.Dash),
        ];
        // A generator's loss in a GAN with a hinge may be negative.
        bool fromZero = losses.All(curve => curve.Points.All(point => point.Y >= 0));
        plot.Axes.Add(new LinearAxis { Position = AxisPosition.Left, Title = "loss", Minimum = fromZero ? 0 : double.NaN, Key = "loss" });
        foreach (LineSeries curve in losses)
            plot.Series.Add(curve);
        HashSet<string> beyondOne = [.. history.Epochs.SelectMany(epoch => epoch.Metrics).Where(metric => metric.Value > 1).Select(metric => metric.Key)];
        if (history.Epochs.Any(epoch => Chosen(epoch, IsShare).Count > 0))
            plot.Axes.Add(new LinearAxis { Position = AxisPosition.Right, Title = "validation", Minimum = 0, Maximum = 1, Key = "metric" });
        foreach (LineSeries curve in Curves(history, epoch => Chosen(epoch, IsShare), "validation ", "metric", LineStyle.Dash))
            plot.Series.Add(curve);
        using FileStream file = File.Create(path);
        new PngExporter { Width = Width, Height = Height, UseTextShaping = false }.Export(plot, file);

        bool IsShare(string metric) => !IsLoss(metric) && !beyondOne.Contains(metric);
    }

    private static bool IsLoss(string metric) => metric.EndsWith("loss", StringComparison.Ordinal);

    private static Dictionary<string, double> Chosen(EpochRecord epoch, Func<string, bool> isChosen) =>
        epoch.Metrics.Where(metric => isChosen(metric.Key)).ToDictionary();

    private static IEnumerable<LineSeries> Curves(
        TrainingHistory history, Func<EpochRecord, IReadOnlyDictionary<string, double>> values, string prefix, string axis, LineStyle style)
    {
        foreach (string name in history.Epochs.SelectMany(epoch => values(epoch).Keys).Distinct())
        {
            var curve = new LineSeries { Title = prefix + name, YAxisKey = axis, LineStyle = style, MarkerType = MarkerType.Circle, MarkerSize = 2.5 };
            for (int i = 0; i < history.Epochs.Count; i++)
            {
                if (values(history.Epochs[i]).TryGetValue(name, out double value) && double.IsFinite(value))
                    curve.Points.Add(new DataPoint(i + 1, value));
            }
            yield return curve;
        }
    }
}
