using Microsoft.ML;
using MLNetDeepExtensions.Detection;

namespace MLNetDeepExtensions.Benchmarks;

/// <summary>What is gained by giving many rows at once.</summary>
internal sealed class BatchPrediction : IBenchmark
{
    public string Question => "Images in memory: Transform in batches of 8 against a PredictionEngine, one by one; items are images.";

    public void Run(Report report) => report.Contests(
        Compare(new SSDNetworkOptions { Backbone = DetectionBackbone.ResNet18HalfWidth, ImageSize = 96 }, 64, 96, 96),
        Compare(new SSDNetworkOptions { Backbone = DetectionBackbone.ResNet18 }, 16, 500, 375));

    private static Contest Compare(SSDNetworkOptions options, int images, int width, int height)
    {
        var ml = new MLContext(seed: 1);
        List<DetectionScenes.Row> rows = [.. DetectionScenes.Samples(images, width, height).Select(DetectionScenes.ToRow)];
        IDataView data = ml.Data.LoadFromEnumerable(rows);
        SSDDetectionTransformer model = DetectionScenes.Detector(ml, options, new DetectionOptions { BatchSize = 8 });
        var engine = ml.Model.CreatePredictionEngine<DetectionScenes.Row, DetectionScenes.Detections>(model);
        return new Contest($"{options.Backbone} at {options.ImageSize} pixels",
            Contest.Timed(() => ml.Data.CreateEnumerable<DetectionScenes.Detections>(model.Transform(data), reuseRowObject: true).Count()),
            Contest.Timed(() => rows.ForEach(row => engine.Predict(row))), images);
    }
}
