using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetDeepExtensions.Detection;
using MLNetDeepExtensions.Images;
using MLNetDeepExtensions.Training;

namespace MLNetDeepExtensions.Examples;

/// <summary>SSD on images with boxes: from a folder of files to a zip that any program with the library can load.</summary>
internal sealed class SSDExample : TrainingExample
{
    protected override string Name => "ssd";

    protected override string Description => "Trains an SSD detector on a folder of Pascal VOC, COCO or YOLO, or on generated shapes.";

    public override string Run(ExampleOptions options)
    {
        SSDDetectionTrainer.Options settings = Settings(options);
        var output = new OutputFolder(options);
        var ml = new MLContext(options.Seed) { GpuDeviceId = options.Gpu, FallbackToCpu = false };
        DetectionData data = DetectionData.Load(ml, options, output);
        IDataView train = data.Train(ml), test = data.Test(ml);
        using var session = new TrainingSession(ml);

        var pipeline = ml.Transforms.DecodeImages("Image", "ImagePath")
            .Append(ml.Transforms.Conversion.MapValueToKey("Label"), TransformerScope.TrainTest)
            .Append(ml.ObjectDetection.Trainers.SSD(settings with
            {
                MaxEpochs = options.Epochs ?? Epochs(data),
                ValidationFraction = data.TrainPhotos.Count >= FewestToValidate ? 0.1 : 0,
                CheckpointDirectory = output.Checkpoint,
                Resume = options.Resume,
                Progress = session.Progress,
                CancellationToken = session.Stop,
            }))
            .Append(ml.Transforms.Conversion.MapKeyToValue("PredictedLabel"));

        var trained = session.Watch(() => pipeline.Fit(train));
        ITransformer model = trained.GetModelFor(TransformerScope.Scoring);
        ml.Model.Save(model, train.Schema, output.Model);

        TrainingHistory history = trained.OfType<SSDDetectionTransformer>().Single().History;
        output.Finish(history);
        return DetectionReport.Write(Name, data, history, DetectionTest.Run(ml, model, test), output);
    }

    /// <summary>A validation on fewer than a tenth of this many images says nothing.</summary>
    private const int FewestToValidate = 100;

    /// <summary>Epochs for real data: so many that the network sees 9,000 images, within limits. It starts from random weights, so few images need many epochs.</summary>
    private static int Epochs(DetectionData data) =>
        data.IsGenerated ? 20 : Math.Clamp((int)Math.Ceiling(9000.0 / data.TrainPhotos.Count), 10, 120);

    /// <summary>
    /// What a processor with two cores can train from scratch: a residual network with batch normalisation and, thanks to that, twenty times the paper's
    /// rate; a rate that falls to nothing by the end of the run; default boxes that begin small, as for COCO. Without data: a smaller network on smaller images.
    /// </summary>
    private static SSDDetectionTrainer.Options Settings(ExampleOptions options) => new()
    {
        BatchSize = options.Batch ?? 8,
        LearningRate = 0.02,
        Schedule = new LearningRateSchedule.Cosine { WarmUp = 0.05 },
        ClipNorm = 10,
        Precision = options.Precision,
        PretrainedWeights = options.Weights,
        Augmentation = new SSDAugmentationOptions { ZoomOutProbability = 0.25, MaxZoomOut = 2 },
        Network = new SSDNetworkOptions
        {
            Backbone = options.Backbone is { } name ? EnumName.Read<DetectionBackbone>("--backbone", name)
                : options.Data is null ? DetectionBackbone.ResNet18HalfWidth : DetectionBackbone.ResNet18,
            ImageSize = options.ImageSize ?? (options.Data is null ? 128 : 300),
            Preset = DefaultBoxPreset.Coco300,
        },
    };
}
