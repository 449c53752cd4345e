using Microsoft.ML;
using MLNetDeepExtensions.Detection;
using MLNetDeepExtensions.Images;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Benchmarks;

/// <summary>Whether anything leaks: memory of the process and live tensors while predictions and updates go on.</summary>
internal sealed class ResidentMemory : IBenchmark
{
    private const int Predictions = 20_000, Updates = 500, Batch = 4;
    private static readonly SSDNetworkOptions Small = new() { Backbone = DetectionBackbone.ResNet18HalfWidth, ImageSize = 64 };

    public string Question =>
        $"Resident memory over {Predictions} predictions of a PredictionEngine that decodes JPEG files, and over {Updates} updates of Fit, on one thread: flat after the first interval.";

    public void Run(Report report)
    {
        set_num_threads(1);
        report.Note($"{Predictions} predictions:");
        report.Table(MemoryReading.Header, Predict());
        report.Note($"{Updates} updates:");
        report.Table(MemoryReading.Header, Train());
    }

    private static List<string[]> Predict()
    {
        string folder = Directory.CreateTempSubdirectory("scenes").FullName;
        var ml = new MLContext(seed: 1);
        List<DetectionScenes.ImageFile> files = DetectionScenes.Files(folder, 8, 96, 72);
        var decode = ml.Transforms.DecodeImages("Image", nameof(DetectionScenes.ImageFile.ImagePath)).Fit(ml.Data.LoadFromEnumerable(files));
        using SSDDetectionTransformer detector = DetectionScenes.Detector(ml, Small);
        using var engine = ml.Model.CreatePredictionEngine<DetectionScenes.ImageFile, DetectionScenes.Detections>(decode.Append(detector));
        var rows = new List<string[]>();
        for (int done = 1; done <= Predictions; done++)
        {
            engine.Predict(files[done % files.Count]);
            if (done == 100 || done % (Predictions / 10) == 0)
                rows.Add(MemoryReading.Now(done).Row);
        }
        Directory.Delete(folder, recursive: true);
        return rows;
    }

    private static List<string[]> Train()
    {
        var memory = new MemoryOverUpdates(Updates / 10);
        var ml = new MLContext(seed: 1);
        const int perEpoch = 25;
        IDataView data = ml.Data.LoadFromEnumerable(DetectionScenes.Samples(perEpoch * Batch, 96, 96).Select(DetectionScenes.ToRow).ToList());
        ml.ObjectDetection.Trainers.SSD(new SSDDetectionTrainer.Options
        {
            Network = Small, MaxEpochs = Updates / perEpoch, BatchSize = Batch, LearningRate = 1e-3, Progress = memory,
        }).Fit(data).Dispose();
        return [.. memory.Readings.Select(reading => reading.Row)];
    }
}
