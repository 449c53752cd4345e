using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.ML.Data;
using MLNetDeepExtensions.Training;
using SkiaSharp;

namespace MLNetDeepExtensions.Examples;

/// <summary>Writes what a captioner's run brought: <c>history.csv</c>, <c>history.png</c>, <c>metrics.json</c>, <c>captions.csv</c>, and pictures
/// with the caption made and a reference below.</summary>
internal static class CaptioningReport
{
    private const int Pictures = 12;
    private static readonly SKColor Ours = SKColors.Black, Reference = SKColors.SteelBlue;

    /// <returns>The last line to print.</returns>
    public static string Write(string name, CaptioningData data, TrainingHistory history, CaptioningTest test, OutputFolder output)
    {
        HistoryCsv.Write(history, output.File("history.csv"));
        HistoryPlot.Write(history, $"{name}: {data.Description}", output.File("history.png"));
        JsonObject metrics = Json(name, data, history, test, output);
        File.WriteAllText(output.File("metrics.json"), metrics.ToJsonString(new JsonSerializerOptions { WriteIndented = true }));
        WriteCaptions(test, output.File("captions.csv"));
        var painter = new CaptionPainter();
        string pictures = output.EmptyFolder("pictures");
        foreach (DescribedPhoto photo in test.Photos.Take(Pictures))
            painter.Paint(photo.ImagePath, [(photo.PredictedCaption, Ours), (photo.Caption[0], Reference)],
                Path.Combine(pictures, Path.GetFileNameWithoutExtension(photo.ImagePath) + ".png"));
        return $"{name}: BLEU4={test.Metrics.Bleu4:0.000} CIDEr={test.Metrics.CiderD:0.000} exact={test.ExactMatch:0.000}"
            + $" train={TrainingRate.Of(history):0.0} img/s predict={test.ImagesPerSecond:0.0} img/s model={output.Model}";
    }

    private static JsonObject Json(string name, CaptioningData data, TrainingHistory history, CaptioningTest test, OutputFolder output) => new()
    {
        ["system"] = name,
        ["data"] = data.Description,
        ["trainImages"] = data.TrainPhotos.Count,
        ["trainCaptions"] = data.TrainPhotos.Sum(photo => photo.Caption.Length),
        ["testImages"] = data.TestPhotos.Count,
        ["model"] = output.Model,
        ["device"] = history.Device,
        ["end"] = history.End.ToString(),
        ["epochs"] = history.Epochs.Count,
        ["bestEpoch"] = history.Best?.Epoch,
        ["trainingMinutes"] = Math.Round(history.Epochs.Sum(epoch => epoch.Seconds) / 60, 3),
        ["trainImagesPerSecond"] = Math.Round(TrainingRate.Of(history), 3),
        ["predictImagesPerSecond"] = Math.Round(test.ImagesPerSecond, 3),
        ["BLEU1"] = Math.Round(test.Metrics.Bleu1, 6),
        ["BLEU2"] = Math.Round(test.Metrics.Bleu2, 6),
        ["BLEU3"] = Math.Round(test.Metrics.Bleu3, 6),
        ["BLEU4"] = Math.Round(test.Metrics.Bleu4, 6),
        ["METEORExactStem"] = Math.Round(test.Metrics.Meteor, 6),
        ["CIDErD"] = Math.Round(test.Metrics.CiderD, 6),
        ["exactMatch"] = Math.Round(test.ExactMatch, 6),
    };

    private static void WriteCaptions(CaptioningTest test, string path)
    {
        var csv = new CsvWriter(["image", "caption", "log-probability", "BLEU-4", "CIDEr-D", "candidates", "references"]);
        foreach ((DescribedPhoto photo, CaptionMetrics metrics) in test.Photos.Zip(test.Metrics.PerImage))
            csv.Add([Path.GetFileName(photo.ImagePath), photo.PredictedCaption, photo.Score, metrics.Bleu4, metrics.CiderD,
                string.Join(" | ", photo.CandidateCaptions), string.Join(" | ", photo.Caption)]);
        csv.Write(path);
    }
}
