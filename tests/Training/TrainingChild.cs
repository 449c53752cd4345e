using Microsoft.ML;
using MLNetDeepExtensions.Detection;
using MLNetDeepExtensions.Tests.Detection;
using MLNetDeepExtensions.Training;
using TorchSharp;

namespace MLNetDeepExtensions.Tests.Training;

/// <summary>A process that trains SSD, resuming what the folder holds, and tells of every update: there to be killed.</summary>
internal static class TrainingChild
{
    public const string Name = "train-ssd";

    /// <summary>The line that tells of a finished update.</summary>
    public static string Line(long update) => $"update {update}";

    /// <summary>The line that tells of the weights in the end.</summary>
    public const string HashStart = "weights ";

    public static int Run(string folder)
    {
        SSDDetectionTrainer.Options options = SSDTrainerTests.Small(epochs: 3) with
        {
            Network = new SSDNetworkOptions { Backbone = DetectionBackbone.ResNet18HalfWidth, ImageSize = 64 }, BatchSize = 4, AveragingDecay = 0.5,
            CheckpointDirectory = folder, CheckpointEverySteps = 1, Resume = true, PreparationThreads = 2,
            Progress = new Reports(report => Console.WriteLine(Line(report.Step))),
        };
        // Threads of several processes on few cores wait for each other longer than they work.
        torch.set_num_threads(1);
        var ml = new MLContext(seed: 1);
        IDataView scenes = ml.Data.LoadFromEnumerable(DetectionScenes.Generate(12, seed: 3, 64, 64));
        IDataView keyed = ml.Transforms.Conversion.MapValueToKey("Label").Fit(scenes).Transform(scenes);
        using SSDDetectionTransformer model = ml.ObjectDetection.Trainers.SSD(options).Fit(keyed);
        Console.WriteLine(HashStart + model.UseNetwork(network => Loop.Hash(network)));
        return 0;
    }
}
