using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.ML.Data;
using MLNetDeepExtensions.ImageTranslation;

namespace MLNetDeepExtensions.Examples;

/// <summary>Writes what a translator's run brought: <c>history.csv</c>, <c>history.png</c>, <c>metrics.json</c>.</summary>
internal static class ImageTranslationReport
{
    /// <returns>The last line to print: means of both directions.</returns>
    public static string Write(string name, ImageTranslationData data, CycleGanTranslationTransformer model, ImageTranslationTest there, ImageTranslationTest back,
        OutputFolder output)
    {
        HistoryCsv.Write(model.History, output.File("history.csv"));
        HistoryPlot.Write(model.History, $"{name}: {data.Description}", output.File("history.png"));
        File.WriteAllText(output.File("metrics.json"),
            Json(name, data, model, there, back, output).ToJsonString(new JsonSerializerOptions { WriteIndented = true }));
        double Mean(Func<ImageTranslationTest, double> of) => (of(there) + of(back)) / 2;
        string target = data.IsGenerated ? $" target-psnr={Mean(test => test.Metrics.Target!.PeakSignalToNoise):0.00}" : "";
        return $"{name}: psnr={Mean(test => test.Metrics.Cycle!.PeakSignalToNoise):0.00} cycle={Mean(test => test.Metrics.Cycle!.MeanDifference):0.000}"
            + $" taken={Mean(test => test.TakenForTarget):0.000}{target}"
            + $" train={TrainingRate.Of(model.History):0.0} img/s predict={Mean(test => test.ImagesPerSecond):0.0} img/s model={output.Model}";
    }

    private static JsonObject Json(string name, ImageTranslationData data, CycleGanTranslationTransformer model, ImageTranslationTest there,
        ImageTranslationTest back, OutputFolder output) => new()
    {
        ["system"] = name,
        ["data"] = data.Description,
        ["trainImages"] = data.TrainPhotos.Count,
        ["testImages"] = data.TestPhotos.Count,
        ["model"] = output.Model,
        ["residualBlocks"] = model.Network.ResidualBlocks,
        ["generatorWidth"] = model.Network.GeneratorWidth,
        ["device"] = model.History.Device,
        ["end"] = model.History.End.ToString(),
        ["epochs"] = model.History.Epochs.Count,
        ["trainingMinutes"] = Math.Round(model.History.Epochs.Sum(epoch => epoch.Seconds) / 60, 3),
        ["trainImagesPerSecond"] = Math.Round(TrainingRate.Of(model.History), 3),
        ["firstToSecond"] = Direction(there),
        ["secondToFirst"] = Direction(back),
    };

    private static JsonObject Direction(ImageTranslationTest test) => new()
    {
        ["images"] = test.Metrics.ImageCount,
        ["cycle"] = Similarity(test.Metrics.Cycle),
        ["target"] = Similarity(test.Metrics.Target),
        ["untranslated"] = Similarity(test.Metrics.Untranslated),
        ["takenForTarget"] = Math.Round(test.TakenForTarget, 6),
        ["recognisedUntranslated"] = Math.Round(test.RecognisedUntranslated, 6),
        ["predictImagesPerSecond"] = Math.Round(test.ImagesPerSecond, 3),
    };

    private static JsonObject? Similarity(ImageSimilarity? similarity) => similarity is null ? null : new JsonObject
    {
        ["psnr"] = Math.Round(similarity.PeakSignalToNoise, 4),
        ["ssim"] = Math.Round(similarity.StructuralSimilarity, 6),
        ["meanDifference"] = Math.Round(similarity.MeanDifference, 6),
    };
}
