using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetDeepExtensions.Detection;
using MLNetDeepExtensions.Images;
using MLNetDeepExtensions.Training;
using static MLNetDeepExtensions.Tests.Detection.DetectionScenes;

namespace MLNetDeepExtensions.Tests.Detection;

[TestClass]
public sealed class SSDTrainerTests
{
    internal static SSDDetectionTrainer.Options Small(int epochs) => new()
    {
        MaxEpochs = epochs, BatchSize = 8, LearningRate = 0.02, Schedule = new LearningRateSchedule.Cosine { WarmUp = 0.05 }, ClipNorm = 10,
        Network = new SSDNetworkOptions { Backbone = DetectionBackbone.ResNet18HalfWidth, ImageSize = 96, Preset = DefaultBoxPreset.Coco300 },
        Augmentation = SSDAugmentationOptions.None with { MirrorProbability = 0.5 },
    };

    [TestMethod]
    public void LearnsColouredRectanglesAndServesThemFromAZip()
    {
        var ml = new MLContext(seed: 1);
        IDataView train = ml.Data.LoadFromEnumerable(Generate(96, seed: 1)), test = ml.Data.LoadFromEnumerable(Generate(32, seed: 2));
        var pipeline = ml.Transforms.Conversion.MapValueToKey("Label")
            .Append(ml.ObjectDetection.Trainers.SSD(Small(epochs: 12)))
            .Append(ml.Transforms.Conversion.MapKeyToValue("PredictedLabel"));
        ml.Log += (_, e) => { if (e.Source.Contains("SSD")) Console.WriteLine(e.RawMessage); };
        ITransformer model = pipeline.Fit(train);
        ObjectDetectionMetrics metrics = ml.ObjectDetection.Evaluate(model.Transform(test));
        Console.WriteLine(metrics.ToString());
    }
}
