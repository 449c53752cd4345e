using Microsoft.ML;
using MLNetDeepExtensions.Blocks;
using MLNetDeepExtensions.Detection;
using MLNetDeepExtensions.Images;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Benchmarks;

/// <summary>What the loop, the feed and ML.NET cost.</summary>
internal sealed class Fit : IBenchmark
{
    private const int Images = 8, Batch = 4;
    private static readonly SSDNetworkOptions Options = new() { Backbone = DetectionBackbone.ResNet18, Classes = DetectionScenes.Classes };

    public string Question =>
        $"SSD300-ResNet18, one epoch of {Images} images in batches of {Batch}: Fit against a loop written by hand; items are images.";

    public void Run(Report report)
    {
        List<DetectionSample> samples = DetectionScenes.Samples(Images);
        var ml = new MLContext(seed: 1);
        IDataView data = ml.Data.LoadFromEnumerable(samples.Select(DetectionScenes.ToRow).ToList());
        var trainer = ml.ObjectDetection.Trainers.SSD(new SSDDetectionTrainer.Options
        {
            Network = Options, MaxEpochs = 1, BatchSize = Batch, LearningRate = 1e-4, Augmentation = SSDAugmentationOptions.None,
        });
        report.Contests(new Contest("Fit against a hand-written loop",
            Contest.Timed(() => trainer.Fit(data).Dispose()), Contest.Timed(() => TrainByHand(samples)), Images, 0.95));
    }

    private static void TrainByHand(List<DetectionSample> samples)
    {
        using var network = new SSDNetwork(Options);
        ChannelsLast.Apply(network);
        using var loss = new SSDLoss(Options);
        using var optimiser = optim.SGD(network.parameters(), 1e-4, momentum: 0.9, weight_decay: 5e-4);
        foreach (DetectionSample[] chunk in samples.Chunk(Batch))
        {
            using DisposeScope scope = NewDisposeScope();
            using var batch = DetectionBatch.Of([.. chunk.Select(sample => sample.Whole(Options.ImageSize, Options.ImageSize))], BatchPadding.None, CPU);
            optimiser.zero_grad();
            SSDLossTerms terms = loss.Of(network.call(batch.Images_N3HW), batch.Targets);
            (terms.Confidence + terms.Localisation).backward();
            optimiser.step();
        }
    }
}
