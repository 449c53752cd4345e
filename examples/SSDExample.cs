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
        SSDNetworkOptions network = Network(options);
        var output = new OutputFolder(options);
        var ml = new MLContext(options.Seed) { GpuDeviceId = options.Gpu, FallbackToCpu = false };
        using var session = new TrainingSession(ml);
        DetectionData data = DetectionData.Load(ml, options, output);
        IDataView train = data.Train(ml), test = data.Test(ml);

        var pipeline = ml.Transforms.DecodeImages("Image", "ImagePath")
            .Append(ml.Transforms.Conversion.MapValueToKey("Label"), TransformerScope.TrainTest)
            .Append(ml.ObjectDetection.Trainers.SSD(Recipe with
            {
                Network = network,
                MaxEpochs = options.Epochs ?? Epochs(data),
                BatchSize = options.Batch ?? Recipe.BatchSize,
                Precision = options.Precision,
                PretrainedWeights = options.Weights,
                ValidationFraction = data.TrainPhotos.Count >= FewestToValidate ? 0.1 : 0,
                CheckpointDirectory = output.Checkpoint,
                CheckpointEverySteps = 200,
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

    /// <summary>
    /// What trains from random weights within minutes on a processor with two cores: thanks to batch normalisation, twenty times the paper's rate, which
    /// falls to nothing by the end of the run; less zooming out than in the paper, for there are fewer epochs to learn from small objects.
    /// </summary>
    private static SSDDetectionTrainer.Options Recipe { get; } = new()
    {
        BatchSize = 8,
        LearningRate = 0.02,
        Schedule = new LearningRateSchedule.Cosine { WarmUp = 0.05 },
        ClipNorm = 10,
        Augmentation = new SSDAugmentationOptions { ZoomOutProbability = 0.25, MaxZoomOut = 2 },
    };

    /// <summary>A tenth of fewer images is too little to choose the best epoch by.</summary>
    private const int FewestToValidate = 100;

    /// <summary>So many that the network sees 9,000 images, between 10 and 120; generated shapes are simpler.</summary>
    private static int Epochs(DetectionData data) =>
        data.IsGenerated ? 24 : Math.Clamp((int)Math.Ceiling(9000.0 / data.TrainPhotos.Count), 10, 120);

    /// <summary>A residual network, with default boxes that begin as small as for COCO; without data a narrower one on smaller images.</summary>
    private static SSDNetworkOptions Network(ExampleOptions options)
    {
        bool isGenerated = options.Data is null;
        DetectionBackbone usual = isGenerated ? DetectionBackbone.ResNet18HalfWidth : DetectionBackbone.ResNet18;
        return new SSDNetworkOptions
        {
            Backbone = options.Backbone is { } name ? EnumName.Read<DetectionBackbone>("--backbone", name) : usual,
            ImageSize = options.ImageSize ?? (isGenerated ? 128 : 300),
            Preset = DefaultBoxPreset.Coco300,
        };
    }
}
