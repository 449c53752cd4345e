using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetDeepExtensions.Examples;

/// <summary>What a saved detector finds in test images, and how good that is.</summary>
/// <param name="Photos">The test images with what is in them and what was found.</param>
/// <param name="Metrics">By the rules of Pascal VOC and COCO.</param>
/// <param name="ImagesPerSecond">Images read, decoded and searched per second.</param>
internal sealed record DetectionTest(IReadOnlyList<DetectedPhoto> Photos, ObjectDetectionMetrics Metrics, double ImagesPerSecond)
{
    /// <param name="ml">The context.</param>
    /// <param name="model">The part of the pipeline that predicts: labels stay text, so that classes that were never trained count too.</param>
    /// <param name="test">Photos with their objects.</param>
    public static DetectionTest Run(MLContext ml, ITransformer model, IDataView test)
    {
        // The first image pays for compilation and for preparing the network.
        _ = ml.Data.CreateEnumerable<DetectedPhoto>(model.Transform(ml.Data.TakeRows(test, 1)), reuseRowObject: false).Count();
        long started = Stopwatch.GetTimestamp();
        List<DetectedPhoto> photos = [.. ml.Data.CreateEnumerable<DetectedPhoto>(model.Transform(test), reuseRowObject: false)];
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        ObjectDetectionMetrics metrics = ml.ObjectDetection.Evaluate(
            ml.Data.LoadFromEnumerable(photos), difficultColumnName: "Difficult", crowdColumnName: "Crowd", areaColumnName: "Area");
        return new DetectionTest(photos, metrics, photos.Count / seconds);
    }
}
