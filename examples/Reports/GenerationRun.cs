using System.Text.Json;
using System.Text.Json.Nodes;
using MLNetDeepExtensions.Training;

namespace MLNetDeepExtensions.Examples;

/// <summary>What every run of a generator without a judge brings: <c>history.csv</c>, <c>history.png</c>, <c>metrics.json</c>.</summary>
internal static class GenerationRun
{
    /// <param name="name">Of the example.</param>
    /// <param name="data">What it was trained on.</param>
    /// <param name="history">How it was trained.</param>
    /// <param name="imagesPerSecond">Of generation.</param>
    /// <param name="own">What <c>metrics.json</c> tells of this system alone.</param>
    /// <param name="output">Where to write.</param>
    /// <returns>The end of the last line to print.</returns>
    public static string Write(
        string name, GenerationData data, TrainingHistory history, double imagesPerSecond, (string Name, JsonNode? Value)[] own, OutputFolder output)
    {
        HistoryCsv.Write(history, output.File("history.csv"));
        HistoryPlot.Write(history, $"{name}: {data.Description}", output.File("history.png"));
        var json = new JsonObject
        {
            ["system"] = name,
            ["data"] = data.Description,
            ["trainImages"] = data.TrainCount,
            ["model"] = output.Model,
            ["device"] = history.Device,
            ["end"] = history.End.ToString(),
            ["epochs"] = history.Epochs.Count,
            ["updates"] = history.Epochs.Count == 0 ? 0 : history.Epochs[^1].Step,
            ["trainingMinutes"] = Math.Round(history.Epochs.Sum(epoch => epoch.Seconds) / 60, 3),
            ["trainImagesPerSecond"] = Math.Round(TrainingRate.Of(history), 3),
            ["generateImagesPerSecond"] = Math.Round(imagesPerSecond, 3),
        };
        foreach ((string key, JsonNode? value) in own)
            json.Add(key, value);
        File.WriteAllText(output.File("metrics.json"), json.ToJsonString(new JsonSerializerOptions { WriteIndented = true }));
        return $"train={TrainingRate.Of(history):0.0} img/s generate={imagesPerSecond:0.0} img/s model={output.Model}";
    }
}
