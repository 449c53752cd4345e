using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetDeepExtensions.Detection;
using MLNetDeepExtensions.Images;
using MLNetDeepExtensions.Training;

namespace MLNetDeepExtensions.Examples;

/// <summary>A detector on images with boxes: from a folder of files to a zip that any program with the library can load. A system adds
/// its recipe.</summary>
/// <typeparam name="TOptions">What its trainer is told.</typeparam>
internal abstract class DetectionExample<TOptions> : TrainingExample where TOptions : DetectionTrainingOptions
{
    /// <summary>Of fewer images all are learned from: a tenth would be too little to choose the best epoch by, and is missed in training.</summary>
    private const int FewestToValidate = 500;

    /// <summary>Colours that vary less than in SSD's paper: its contrast burns out bright images, its hue confuses what only colour tells apart.</summary>
    protected static PhotometricDistortion Colours { get; } = new() { MinContrast = 0.8, MaxContrast = 1.2, Hue = 0.03 };

    /// <summary>Network and training without what the command line says of every run; epochs are those for generated shapes.</summary>
    /// <exception cref="UserError">An option does not fit the system.</exception>
    protected abstract TOptions Recipe(ExampleOptions options);

    /// <summary>Images, counted again each time, that the network is to see of a data set that was not generated.</summary>
    protected abstract int ImagesToSee { get; }

    protected abstract IEstimator<DetectionTransformer> Trainer(ObjectDetectionTrainers trainers, TOptions options);

    public sealed override string Run(ExampleOptions options)
    {
        TOptions recipe = Recipe(options);
        var output = new OutputFolder(options);
        var ml = new MLContext(options.Seed) { GpuDeviceId = options.Gpu, FallbackToCpu = false };
        using var session = new TrainingSession(ml);
        DetectionData data = DetectionData.Load(ml, options, output);
        IDataView train = data.Train(ml), test = data.Test(ml);

        var pipeline = ml.Transforms.DecodeImages("Image", "ImagePath")
            .Append(ml.Transforms.Conversion.MapValueToKey("Label"), TransformerScope.TrainTest)
            .Append(Trainer(ml.ObjectDetection.Trainers, ForRun(recipe, options, data, output, session)))
            .Append(ml.Transforms.Conversion.MapKeyToValue("PredictedLabel"));

        var trained = session.Watch(() => pipeline.Fit(train));
        ITransformer model = trained.GetModelFor(TransformerScope.Scoring);
        ml.Model.Save(model, train.Schema, output.Model);

        TrainingHistory history = trained.OfType<DetectionTransformer>().Single().History;
        output.Finish(history);
        return DetectionReport.Write(Name, data, history, DetectionTest.Run(ml, model, test), output);
    }

    /// <summary>The backbone that the options name, if they do.</summary>
    protected static DetectionBackbone Backbone(ExampleOptions options, DetectionBackbone otherwise) =>
        options.Backbone is { } name ? EnumName.Read<DetectionBackbone>("--backbone", name) : otherwise;

    private TOptions ForRun(
        DetectionTrainingOptions recipe, ExampleOptions options, DetectionData data, OutputFolder output, TrainingSession session) =>
        (TOptions)(recipe with
        {
            MaxEpochs = options.Epochs ?? (options.IsGenerated ? recipe.MaxEpochs : Epochs(data)),
            BatchSize = options.Batch ?? recipe.BatchSize,
            Precision = options.Precision,
            ValidationFraction = options.IsGenerated || data.TrainPhotos.Count >= FewestToValidate ? 0.1 : 0,
            CheckpointDirectory = output.Checkpoint,
            CheckpointEverySteps = 200,
            Resume = options.Resume,
            Progress = session.Progress,
            CancellationToken = session.Stop,
        });

    private int Epochs(DetectionData data) => Math.Clamp((int)Math.Ceiling((double)ImagesToSee / data.TrainPhotos.Count), 10, 120);
}
