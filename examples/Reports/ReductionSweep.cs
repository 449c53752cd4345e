using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Series;
using OxyPlot.SkiaSharp;

namespace MLNetDeepExtensions.Examples;

/// <summary>The paper's table of reduction ratios: accuracy and size of a network for each, as a table and as a picture.</summary>
internal static class ReductionSweep
{
    /// <param name="ratios">Reduction ratios; null for a network without blocks.</param>
    /// <param name="measure">Trains a network and tests it.</param>
    /// <param name="output">Gets <c>reduction.csv</c> and <c>reduction.png</c>.</param>
    public static void Run(IReadOnlyList<int?> ratios, Func<int?, (double Accuracy, long Parameters)> measure, OutputFolder output)
    {
        var csv = new CsvWriter(["reduction", "parameters", "accuracy"]);
        var points = new ScatterSeries { MarkerType = MarkerType.Circle, MarkerFill = OxyColors.SteelBlue, LabelFormatString = "{Tag}" };
        foreach (int? ratio in ratios)
        {
            string name = ratio is null ? "without SE" : $"r = {ratio}";
            (double accuracy, long parameters) = measure(ratio);
            Console.WriteLine($"{name}: {parameters} parameters, accuracy {accuracy:0.000}");
            csv.Add([ratio?.ToString() ?? "none", parameters, accuracy]);
            points.Points.Add(new ScatterPoint(parameters / 1e6, accuracy, tag: name));
        }
        csv.Write(output.File("reduction.csv"));
        WritePlot(points, output.File("reduction.png"));
    }

    private static void WritePlot(ScatterSeries points, string path)
    {
        var plot = new PlotModel { Title = "Reduction ratio", Background = OxyColors.White, DefaultFont = Lettering.Typeface.FamilyName };
        plot.Axes.Add(new LinearAxis { Position = AxisPosition.Bottom, Title = "million parameters" });
        plot.Axes.Add(new LinearAxis { Position = AxisPosition.Left, Title = "test accuracy" });
        plot.Series.Add(points);
        using FileStream file = File.Create(path);
        new PngExporter { Width = 700, Height = 480, UseTextShaping = false }.Export(plot, file);
    }
}
