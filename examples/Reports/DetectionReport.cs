using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.ML.Data;
using MLNetDeepExtensions.Detection;
using MLNetDeepExtensions.Training;

namespace MLNetDeepExtensions.Examples;

/// <summary>Writes what a detector's run brought: <c>history.csv</c>, <c>history.png</c>, <c>metrics.json</c>, annotated pictures.</summary>
internal static class DetectionReport
{
    private const int Pictures = 12;
    private const float PictureScore = 0.3f;

    /// <returns>The last line to print.</returns>
    public static string Write(string name, DetectionData data, TrainingHistory history, DetectionTest test, OutputFolder output)
    {
        HistoryCsv.Write(history, output.File("history.csv"));
        HistoryPlot.Write(history, $"{name}: {data.Description}", output.File("history.png"));
        JsonObject metrics = Json(name, data, history, test, output);
        File.WriteAllText(output.File("metrics.json"), metrics.ToJsonString(new JsonSerializerOptions { WriteIndented = true }));
        var painter = new DetectionPainter(test.Photos.SelectMany(photo => photo.Label));
        string pictures = output.EmptyFolder("pictures");
        foreach (DetectedPhoto photo in test.Photos.Take(Pictures))
        {
            string path = Path.Combine(pictures, Path.GetFileNameWithoutExtension(photo.ImagePath) + ".png");
            painter.Paint(photo.ImagePath, ((IDetections)photo).Objects(PictureScore), path);
        }
        return $"{name}: mAP50={test.Metrics.PascalVoc2010:0.000} mAP={test.Metrics.MeanAveragePrecision:0.000}"
            + $" train={TrainingRate.Of(history):0.0} img/s predict={test.ImagesPerSecond:0.0} img/s model={output.Model}";
    }

    private static JsonObject Json(string name, DetectionData data, TrainingHistory history, DetectionTest test, OutputFolder output) => new()
    {
        ["system"] = name,
        ["data"] = data.Description,
        ["trainImages"] = data.TrainPhotos.Count,
        ["testImages"] = data.TestPhotos.Count,
        ["model"] = output.Model,
        ["device"] = history.Device,
        ["end"] = history.End.ToString(),
        ["epochs"] = history.Epochs.Count,
        ["bestEpoch"] = history.Best?.Epoch,
        ["trainingMinutes"] = Number(history.Epochs.Sum(epoch => epoch.Seconds) / 60),
        ["trainImagesPerSecond"] = Number(TrainingRate.Of(history)),
        ["predictImagesPerSecond"] = Number(test.ImagesPerSecond),
        ["mAP50"] = Number(test.Metrics.PascalVoc2010),
        ["mAP50ElevenPoint"] = Number(test.Metrics.PascalVoc2007),
        ["mAP"] = Number(test.Metrics.MeanAveragePrecision),
        ["coco"] = Coco(test.Metrics.Coco),
        ["perClass"] = new JsonArray([.. test.Metrics.PerClass.Select(PerClass)]),
    };

    private static JsonNode PerClass(ObjectDetectionClassMetrics metrics) => new JsonObject
    {
        ["class"] = metrics.ClassName,
        ["objects"] = metrics.ObjectCount,
        ["detections"] = metrics.DetectionCount,
        ["AP50"] = Number(metrics.PascalVoc.AveragePrecision),
        ["AP50ElevenPoint"] = Number(metrics.PascalVoc.AveragePrecision11Point),
        ["coco"] = Coco(metrics.Coco),
    };

    /// <summary>The twelve numbers under pycocotools' names.</summary>
    private static JsonObject Coco(CocoMetrics metrics) => new()
    {
        ["AP"] = Number(metrics.AveragePrecision),
        ["AP50"] = Number(metrics.AveragePrecision50),
        ["AP75"] = Number(metrics.AveragePrecision75),
        ["APsmall"] = Number(metrics.AveragePrecisionSmall),
        ["APmedium"] = Number(metrics.AveragePrecisionMedium),
        ["APlarge"] = Number(metrics.AveragePrecisionLarge),
        ["AR1"] = Number(metrics.AverageRecall1),
        ["AR10"] = Number(metrics.AverageRecall10),
        ["AR100"] = Number(metrics.AverageRecall100),
        ["ARsmall"] = Number(metrics.AverageRecallSmall),
        ["ARmedium"] = Number(metrics.AverageRecallMedium),
        ["ARlarge"] = Number(metrics.AverageRecallLarge),
    };

    // JSON has no word for what is not defined, such as the precision of a class without objects.
    private static JsonNode? Number(double value) => double.IsFinite(value) ? JsonValue.Create(Math.Round(value, 6)) : null;
}
