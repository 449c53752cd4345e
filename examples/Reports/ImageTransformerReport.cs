using System.Text.Json;
using System.Text.Json.Nodes;
using MLNetDeepExtensions.ImageGeneration;

namespace MLNetDeepExtensions.Examples;

/// <summary>Writes what an Image Transformer's run brought: <c>history.csv</c>, <c>history.png</c>, <c>metrics.json</c>.</summary>
internal static class ImageTransformerReport
{
    /// <returns>The last line to print.</returns>
    public static string Write(string name, GenerationData data, ImageTransformerGenerationTransformer model, ImageTransformerTest test, double imagesPerSecond,
        OutputFolder output)
    {
        HistoryCsv.Write(model.History, output.File("history.csv"));
        HistoryPlot.Write(model.History, $"{name}: {data.Description}", output.File("history.png"));
        var json = new JsonObject
        {
            ["system"] = name,
            ["data"] = data.Description,
            ["trainImages"] = data.TrainCount,
            ["model"] = output.Model,
            ["imageSize"] = model.Network.ImageSize,
            ["channels"] = model.Network.Channels,
            ["pixels"] = model.Network.Output.ToString(),
            ["layers"] = model.Network.Layers,
            ["width"] = model.Network.Width,
            ["superResolution"] = model.Network.SuperResolution?.Factor,
            ["device"] = model.History.Device,
            ["end"] = model.History.End.ToString(),
            ["epochs"] = model.History.Epochs.Count,
            ["updates"] = model.History.Epochs.Count == 0 ? 0 : model.History.Epochs[^1].Step,
            ["trainingMinutes"] = Math.Round(model.History.Epochs.Sum(epoch => epoch.Seconds) / 60, 3),
            ["trainImagesPerSecond"] = Math.Round(TrainingRate.Of(model.History), 3),
            ["generateImagesPerSecond"] = Math.Round(imagesPerSecond, 3),
            ["testImages"] = test.ImageCount,
            ["bitsPerDimension"] = Math.Round(test.Bits, 6),
            ["histogramBitsPerDimension"] = Math.Round(test.HistogramBits, 6),
        };
        File.WriteAllText(output.File("metrics.json"), json.ToJsonString(new JsonSerializerOptions { WriteIndented = true }));
        return $"{name}: bits={test.Bits:0.000} histograms={test.HistogramBits:0.000} train={TrainingRate.Of(model.History):0.0} img/s "
            + $"generate={imagesPerSecond:0.0} img/s model={output.Model}";
    }
}
