using Microsoft.ML;
using MLNetDeepExtensions.Blocks;
using MLNetDeepExtensions.Detection;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Benchmarks;

/// <summary>What decoding, resizing, detecting and ML.NET cost beside the network.</summary>
internal sealed class TransformFiles : IBenchmark
{
    private const int Batch = 4;

    public string Question =>
        $"JPEG files of 500 x 375 pixels through DecodeImages and SSD300, batches of {Batch}: against the forward pass of the same prepared network on ready tensors; items are images.";

    public void Run(Report report)
    {
        string folder = Directory.CreateTempSubdirectory("scenes").FullName;
        try
        {
            report.Contests(Compare(DetectionBackbone.Vgg16, folder, 4), Compare(DetectionBackbone.ResNet18, folder, 16));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static Contest Compare(DetectionBackbone backbone, string folder, int images)
    {
        var ml = new MLContext(seed: 1);
        var options = new SSDNetworkOptions { Backbone = backbone };
        IDataView files = ml.Data.LoadFromEnumerable(DetectionScenes.Files(Path.Combine(folder, $"{backbone}"), images));
        ITransformer model = ml.Transforms.DecodeImages("Image", nameof(DetectionScenes.ImageFile.ImagePath)).Fit(files)
            .Append(DetectionScenes.Detector(ml, options, new DetectionOptions { BatchSize = Batch }));
        SSDNetwork network = DetectionScenes.Network(options);
        InferencePreparation.Prepare(network);
        Tensor pixels_N3HW = rand(Batch, 3, options.ImageSize, options.ImageSize);
        return new Contest($"{backbone}", Contest.Timed(() => Detect(ml, model.Transform(files), images)), Contest.Timed(Forward), images, 0.90);

        void Forward()
        {
            for (int done = 0; done < images; done += Batch)
            {
                using IDisposable mode = inference_mode();
                using DisposeScope scope = NewDisposeScope();
                network.call(pixels_N3HW);
            }
        }
    }

    private static void Detect(MLContext ml, IDataView detections, int images)
    {
        if (ml.Data.CreateEnumerable<DetectionScenes.Detections>(detections, reuseRowObject: true).Count() != images)
            throw new InvalidOperationException("Rows are missing.");
    }
}
