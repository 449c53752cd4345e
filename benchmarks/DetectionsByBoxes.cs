using System.Diagnostics;
using System.Globalization;
using MLNetDeepExtensions.Detection;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Benchmarks;

/// <summary>How the last step of Faster R-CNN scales.</summary>
internal sealed class DetectionsByBoxes : IBenchmark
{
    private const int Classes = 20, Side = 800, Rounds = 5;
    private static readonly int[] Regions = [100, 300, 1000, 3000, 10000];

    public string Question => $"Decoding of one image with {Classes} classes: threshold, boxes, suppression in each class; regions per second as their number grows.";

    public void Run(Report report) => report.Table(["Regions", "Candidates", "Regions/s", "Candidates/s"], Regions.Select(Row));

    private static string[] Row(int regions)
    {
        random.manual_seed(1);
        using var scope = NewDisposeScope();
        var options = new FasterRcnnNetworkOptions { Classes = Classes };
        var decoder = new FasterRcnnDecoder(options);
        var corner_R2 = rand(regions, 2) * (Side - 100);
        Tensor regions_R4 = cat([corner_R2, corner_R2 + 20 + rand(regions, 2) * 80], 1);
        var output = new RegionOutput(randn(regions, Classes + 1), randn(regions, Classes + 1, 4) * 0.5);
        long candidates = output.Logits_KC.softmax(-1).narrow(1, 1, Classes).gt(FasterRcnnDecoder.Defaults.ScoreThreshold!.Value).sum().item<long>();
        double seconds = Enumerable.Range(0, Rounds + 1).Select(_ => Seconds(() => decoder.Decode(output, [regions_R4], [(Side, Side)], [(Side, Side)])))
            .Skip(1).Order().ElementAt(Rounds / 2);
        return [$"{regions}", $"{candidates}", Rate(regions / seconds), Rate(candidates / seconds)];
    }

    private static double Seconds(Action work)
    {
        long start = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static string Rate(double value) => value.ToString("G3", CultureInfo.InvariantCulture);
}
