using MLNetDeepExtensions.Detection;

namespace Microsoft.ML;

/// <summary>YOLO among the trainers of <c>mlContext.ObjectDetection</c>.</summary>
public static class YoloCatalog
{
    /// <summary>Trains YOLO on images with boxes.</summary>
    /// <param name="trainers">The trainers of <c>mlContext.ObjectDetection</c>.</param>
    /// <param name="options">What the detector is and how it is trained.</param>
    /// <exception cref="ArgumentException">Options are out of range; the message lists all.</exception>
    public static YoloDetectionTrainer Yolo(this ObjectDetectionTrainers trainers, YoloDetectionTrainer.Options options) => new(trainers.Environment, options);

    /// <summary>Trains YOLO on images with boxes; everything else as in the paper.</summary>
    /// <param name="trainers">The trainers of <c>mlContext.ObjectDetection</c>.</param>
    /// <param name="labelColumnName">The objects' classes: a vector of keys.</param>
    /// <param name="boundingBoxColumnName">The objects' boxes: a vector of Single, x0 y0 x1 y1 in pixels, 4 per object.</param>
    /// <param name="imageColumnName">Images of any size.</param>
    /// <param name="maxEpochs">Passes over the data.</param>
    /// <param name="batchSize">Images per update.</param>
    public static YoloDetectionTrainer Yolo(this ObjectDetectionTrainers trainers, string labelColumnName = "Label",
        string boundingBoxColumnName = "BoundingBoxes", string imageColumnName = "Image", int maxEpochs = 135, int batchSize = 64) =>
        trainers.Yolo(new YoloDetectionTrainer.Options
        {
            LabelColumnName = labelColumnName, BoundingBoxColumnName = boundingBoxColumnName, ImageColumnName = imageColumnName,
            MaxEpochs = maxEpochs, BatchSize = batchSize,
        });
}
