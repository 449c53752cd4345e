using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.ML.Data;
using MLNetDeepExtensions.ImageGeneration;

namespace MLNetDeepExtensions.Examples;

/// <summary>Writes what an InfoGAN's run brought: <c>history.csv</c>, <c>history.png</c>, <c>metrics.json</c>.</summary>
internal static class InfoGanReport
{
    /// <param name="name">Of the example.</param>
    /// <param name="data">What it was trained on.</param>
    /// <param name="model">What was trained.</param>
    /// <param name="information">How much of the codes is in the images.</param>
    /// <param name="metrics">How the categories agree with labels; null without labels.</param>
    /// <param name="imagesPerSecond">Of generation.</param>
    /// <param name="output">Where to write.</param>
    /// <returns>The last line to print.</returns>
    public static string Write(string name, GenerationData data, InfoGanGenerationTransformer model, InformationBound information, CategoryMetrics? metrics,
        double imagesPerSecond, OutputFolder output)
    {
        HistoryCsv.Write(model.History, output.File("history.csv"));
        HistoryPlot.Write(model.History, $"{name}: {data.Description}", output.File("history.png"));
        var json = new JsonObject
        {
            ["system"] = name,
            ["data"] = data.Description,
            ["trainImages"] = data.TrainCount,
            ["model"] = output.Model,
            ["network"] = model.Network.Architecture.ToString(),
            ["width"] = model.Network.Width,
            ["device"] = model.History.Device,
            ["end"] = model.History.End.ToString(),
            ["epochs"] = model.History.Epochs.Count,
            ["updates"] = model.History.Epochs.Count == 0 ? 0 : model.History.Epochs[^1].Step,
            ["trainingMinutes"] = Math.Round(model.History.Epochs.Sum(epoch => epoch.Seconds) / 60, 3),
            ["trainImagesPerSecond"] = Math.Round(TrainingRate.Of(model.History), 3),
            ["generateImagesPerSecond"] = Math.Round(imagesPerSecond, 3),
            ["categoricalInformation"] = Math.Round(information.Categorical, 6),
            ["categoricalEntropy"] = Math.Round(information.CategoricalEntropy, 6),
            ["continuousInformation"] = Math.Round(information.Continuous, 6),
            ["testImages"] = metrics?.Count,
            ["accuracy"] = metrics is null ? null : Math.Round(metrics.Accuracy, 6),
            ["majorityAccuracy"] = metrics is null ? null : Math.Round(metrics.MajorityAccuracy, 6),
            ["labelOfCategory"] = metrics is null ? null : new JsonArray([.. metrics.LabelOfCategory.Select(label => (JsonNode?)label)]),
        };
        File.WriteAllText(output.File("metrics.json"), json.ToJsonString(new JsonSerializerOptions { WriteIndented = true }));
        string accuracy = metrics is null ? "none" : $"{metrics.Accuracy:0.000}";
        return $"{name}: accuracy={accuracy} mi={information.Categorical:0.000} train={TrainingRate.Of(model.History):0.0} img/s "
            + $"generate={imagesPerSecond:0.0} img/s model={output.Model}";
    }
}
