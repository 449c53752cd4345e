using MLNetDeepExtensions.Classification;
using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Legends;
using OxyPlot.Series;
using OxyPlot.SkiaSharp;
using SkiaSharp;

namespace MLNetDeepExtensions.Examples;

/// <summary>
/// The figure of the paper's section 7.2: for each block, the mean excitation of each channel over the images of a few classes and over all of them; and all the numbers as
/// a table.
/// </summary>
internal static class ExcitationPlot
{
    private const int Width = 640, Height = 420, Columns = 2, MaxClasses = 5;

    private static readonly OxyColor[] Colours =
        [OxyColors.SteelBlue, OxyColors.DarkOrange, OxyColors.SeaGreen, OxyColors.Crimson, OxyColors.MediumPurple, OxyColors.Black];

    public static void Write(ExcitationProfile profile, OutputFolder output)
    {
        WriteTable(profile, output.File("excitation.csv"));
        int rows = (profile.Blocks.Count + Columns - 1) / Columns;
        using var picture = new SKBitmap(Columns * Width, rows * Height);
        using (var canvas = new SKCanvas(picture))
        {
            canvas.Clear(SKColors.White);
            foreach ((int index, BlockExcitation block) in profile.Blocks.Index())
            {
                using SKBitmap panel = Drawn(Panel(profile.Classes, block));
                canvas.DrawBitmap(panel, index % Columns * Width, index / Columns * Height);
            }
        }
        using FileStream file = File.Create(output.File("excitation.png"));
        picture.Encode(file, SKEncodedImageFormat.Png, quality: 100);
    }

    private static SKBitmap Drawn(PlotModel plot)
    {
        using var png = new MemoryStream();
        new PngExporter { Width = Width, Height = Height, UseTextShaping = false }.Export(plot, png);
        return SKBitmap.Decode(png.ToArray());
    }

    private static PlotModel Panel(IReadOnlyList<string> classes, BlockExcitation block)
    {
        var plot = new PlotModel { Title = block.Name, Background = OxyColors.White, DefaultFont = Lettering.Typeface.FamilyName, DefaultColors = Colours };
        plot.Legends.Add(new Legend { LegendPosition = LegendPosition.RightTop, LegendPlacement = LegendPlacement.Inside });
        plot.Axes.Add(new LinearAxis { Position = AxisPosition.Bottom, Title = "channel" });
        plot.Axes.Add(new LinearAxis { Position = AxisPosition.Left, Title = "mean excitation", Minimum = 0, Maximum = 1 });
        foreach ((string name, float[] means) in classes.Zip(block.ClassMeans).Take(MaxClasses))
            plot.Series.Add(Curve(name, means));
        plot.Series.Add(Curve("all", block.Mean));
        return plot;
    }

    private static LineSeries Curve(string name, float[] means)
    {
        var curve = new LineSeries { Title = name, StrokeThickness = 1 };
        curve.Points.AddRange(means.Select((mean, channel) => new DataPoint(channel, mean)));
        return curve;
    }

    private static void WriteTable(ExcitationProfile profile, string path)
    {
        var csv = new CsvWriter(["block", "channel", .. profile.Classes, "all"]);
        foreach (BlockExcitation block in profile.Blocks)
            for (int channel = 0; channel < block.Mean.Length; channel++)
                csv.Add([block.Name, channel, .. block.ClassMeans.Select(means => (object)means[channel]), block.Mean[channel]]);
        csv.Write(path);
    }
}
