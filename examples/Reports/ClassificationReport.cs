using System.Text.Json;
using System.Text.Json.Nodes;
using MLNetDeepExtensions.Classification;
using MLNetDeepExtensions.Training;

namespace MLNetDeepExtensions.Examples;

/// <summary>Writes what a classifier's run brought: <c>history.csv</c>, <c>history.png</c>, <c>metrics.json</c>, <c>confusion.csv</c>.</summary>
internal static class ClassificationReport
{
    /// <returns>The last line to print.</returns>
    public static string Write(string name, ClassificationData data, SENetClassificationTransformer model, ClassificationTest test, OutputFolder output)
    {
        HistoryCsv.Write(model.History, output.File("history.csv"));
        HistoryPlot.Write(model.History, $"{name}: {data.Description}", output.File("history.png"));
        JsonObject metrics = Json(name, data, model, test, output);
        File.WriteAllText(output.File("metrics.json"), metrics.ToJsonString(new JsonSerializerOptions { WriteIndented = true }));
        WriteConfusion(test, output.File("confusion.csv"));
        return $"{name}: accuracy={test.Accuracy:0.000} train={TrainingRate.Of(model.History):0.0} img/s predict={test.ImagesPerSecond:0.0} img/s model={output.Model}";
    }

    private static JsonObject Json(
        string name, ClassificationData data, SENetClassificationTransformer model, ClassificationTest test, OutputFolder output) => new()
    {
        ["system"] = name,
        ["data"] = data.Description,
        ["trainImages"] = data.TrainCount,
        ["testImages"] = test.Results.Count,
        ["model"] = output.Model,
        ["network"] = model.Network.Architecture.ToString(),
        ["reduction"] = model.Network.SqueezeExcitation?.Reduction,
        ["device"] = model.History.Device,
        ["end"] = model.History.End.ToString(),
        ["epochs"] = model.History.Epochs.Count,
        ["bestEpoch"] = model.History.Best?.Epoch,
        ["trainingMinutes"] = Math.Round(model.History.Epochs.Sum(epoch => epoch.Seconds) / 60, 3),
        ["trainImagesPerSecond"] = Math.Round(TrainingRate.Of(model.History), 3),
        ["predictImagesPerSecond"] = Math.Round(test.ImagesPerSecond, 3),
        ["accuracy"] = Math.Round(test.Accuracy, 6),
        ["top5Accuracy"] = Math.Round(test.TopFiveAccuracy, 6),
        ["perClass"] = new JsonArray([.. test.Results.GroupBy(result => result.Label).OrderBy(group => group.Key, StringComparer.Ordinal).Select(PerClass)]),
    };

    private static JsonNode PerClass(IGrouping<string, ClassifiedImage> images) => new JsonObject
    {
        ["class"] = images.Key,
        ["images"] = images.Count(),
        ["accuracy"] = Math.Round(images.Average(image => image.PredictedLabel == image.Label ? 1.0 : 0), 6),
    };

    /// <summary>A row for each class, with the number of its images that were taken for each class.</summary>
    private static void WriteConfusion(ClassificationTest test, string path)
    {
        var csv = new CsvWriter(["class", .. test.Classes]);
        foreach (IGrouping<string, ClassifiedImage> images in test.Results.GroupBy(result => result.Label).OrderBy(group => group.Key, StringComparer.Ordinal))
            csv.Add([images.Key, .. test.Classes.Select(name => (object)images.Count(image => image.PredictedLabel == name))]);
        csv.Write(path);
    }
}
