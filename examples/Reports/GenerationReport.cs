using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.ML.Data;
using MLNetDeepExtensions.ImageGeneration;

namespace MLNetDeepExtensions.Examples;

/// <summary>Writes what a class-conditional generator's run brought: <c>history.csv</c>, <c>history.png</c>, <c>metrics.json</c>.</summary>
internal static class GenerationReport
{
    /// <returns>The last line to print.</returns>
    public static string Write(
        string name, ClassificationData data, ImageGenerationTransformer model, GenerationTest test, GenerationTest untrained, OutputFolder output)
    {
        HistoryCsv.Write(model.History, output.File("history.csv"));
        HistoryPlot.Write(model.History, $"{name}: {data.Description}", output.File("history.png"));
        JsonObject metrics = Json(name, data, model, test, untrained, output);
        File.WriteAllText(output.File("metrics.json"), metrics.ToJsonString(new JsonSerializerOptions { WriteIndented = true }));
        Console.WriteLine($"real images: accuracy={test.RealRecognised:0.000} fid={test.Real.FrechetDistance:0.00} variety={test.Real.Variety:0.00}");
        Console.WriteLine($"untrained:   accuracy={untrained.Recognised:0.000} fid={untrained.Generated.FrechetDistance:0.00} variety={untrained.Generated.Variety:0.00}");
        return $"{name}: accuracy={test.Recognised:0.000} fid={test.Generated.FrechetDistance:0.00} variety={test.Generated.Variety:0.00} "
            + $"train={TrainingRate.Of(model.History):0.0} img/s model={output.Model}";
    }

    private static JsonObject Json(
        string name, ClassificationData data, ImageGenerationTransformer model, GenerationTest test, GenerationTest untrained, OutputFolder output) => new()
    {
        ["system"] = name,
        ["data"] = data.Description,
        ["trainImages"] = data.TrainCount,
        ["model"] = output.Model,
        ["device"] = model.History.Device,
        ["end"] = model.History.End.ToString(),
        ["epochs"] = model.History.Epochs.Count,
        ["trainingMinutes"] = Math.Round(model.History.Epochs.Sum(epoch => epoch.Seconds) / 60, 3),
        ["trainImagesPerSecond"] = Math.Round(TrainingRate.Of(model.History), 3),
        ["judge"] = "the classifier of the example senet, trained on the real training images; fid and kid are of its features",
        ["generated"] = Json(test.Generated, test.Recognised),
        ["real"] = Json(test.Real, test.RealRecognised),
        ["untrained"] = Json(untrained.Generated, untrained.Recognised),
    };

    private static JsonObject Json(ImageGenerationMetrics metrics, double recognised) => new()
    {
        ["accuracy"] = Math.Round(recognised, 6),
        ["fid"] = Math.Round(metrics.FrechetDistance, 6),
        ["intraClassFid"] = Math.Round(metrics.IntraClassFrechetDistance, 6),
        ["kid"] = Math.Round(metrics.KernelDistance.Mean, 6),
        ["kidDeviation"] = Math.Round(metrics.KernelDistance.StandardDeviation, 6),
        ["inceptionScore"] = Math.Round(metrics.InceptionScore!.Value.Mean, 6),
        ["variety"] = Math.Round(metrics.Variety, 6),
        ["realVariety"] = Math.Round(metrics.RealVariety, 6),
        ["images"] = metrics.GeneratedCount,
        ["realImages"] = metrics.RealCount,
        ["features"] = metrics.FeatureCount,
        ["perClass"] = new JsonArray([.. metrics.PerClass.Select(of => new JsonObject
        {
            ["class"] = of.Label, ["fid"] = Math.Round(of.FrechetDistance, 6), ["variety"] = Math.Round(of.Variety, 6),
            ["realVariety"] = Math.Round(of.RealVariety, 6), ["images"] = of.GeneratedCount, ["realImages"] = of.RealCount,
        })]),
    };
}
