using MLNetDeepExtensions.Blocks;
using MLNetDeepExtensions.Classification;
using MLNetDeepExtensions.Detection;
using TorchSharp;

namespace MLNetDeepExtensions.Benchmarks;

/// <summary>The same networks here and in PyTorch's eager mode, in both number formats.</summary>
internal abstract class AgainstPyTorch(string work, string request, Action<ISubject> round, double target, int rounds) : IBenchmark
{
    private const int Batch = 2;

    public string Question => $"{work}, batches of {Batch}: the library against PyTorch's eager mode; items are images.";

    /// <summary>Name, the library's side, and script and first argument of the peer.</summary>
    private static IEnumerable<(string Name, Func<Precision, ISubject> Library, string Script, string Network)> Networks =>
    [
        .. new[] { DetectionBackbone.ResNet18, DetectionBackbone.Vgg16 }.Select(backbone => (
            $"SSD300-{backbone}", (Func<Precision, ISubject>)(precision => DetectorSubjects.SSD(backbone, precision, Batch)), "ssd.py", $"{backbone}")),
        .. new[] { DetectionBackbone.ResNet18, DetectionBackbone.ResNet50 }.Select(backbone => (
            $"Faster R-CNN, {backbone} with pyramid", (Func<Precision, ISubject>)(precision => DetectorSubjects.FasterRcnn(backbone, precision, Batch)),
            "faster_rcnn.py", $"{backbone}")),
        .. new[] { YoloVariant.Residual, YoloVariant.FastYolo, YoloVariant.Yolo }.Select(variant => (
            $"YOLO, {variant}", (Func<Precision, ISubject>)(precision => DetectorSubjects.Yolo(variant, precision, Batch)), "yolo.py", $"{variant}")),
        .. new[] { SENetArchitecture.ResNet18, SENetArchitecture.ResNet50 }.Select(architecture => (
            $"SE-{architecture}", (Func<Precision, ISubject>)(precision => ClassifierSubjects.SENet(architecture, precision, Batch)), "senet.py", $"{architecture}")),
    ];

    public void Run(Report report)
    {
        foreach (var (name, library, script, network) in Networks)
            foreach (Precision precision in Enum.GetValues<Precision>())
                Compare(report, $"{name}, {precision}", () => library(precision), script, network.ToLowerInvariant(), $"{precision}".ToLowerInvariant());
    }

    private void Compare(Report report, string name, Func<ISubject> create, string script, string network, string precision)
    {
        PeakMemory.GiveBack();
        using ISubject library = create();
        using var peer = new PyTorchPeer(script, network, precision, $"{Batch}", $"{torch.get_num_threads()}");
        report.Contests(new Contest($"{name}; peer: {peer.Description}",
            Contest.Timed(() => round(library)), () => peer.Do(request), Batch, target, rounds));
    }
}

internal sealed class TrainingStep() : AgainstPyTorch("One update", "train", subject => subject.Train(), 1.0, rounds: 3);

internal sealed class Inference() : AgainstPyTorch("From pixels to the network's result", "infer", subject => subject.Infer(), 1.3, rounds: 7);
