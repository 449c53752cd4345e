using MLNetDeepExtensions.Blocks;
using MLNetDeepExtensions.Detection;
using TorchSharp;

namespace MLNetDeepExtensions.Benchmarks;

/// <summary>The same SSD300 here and in PyTorch's eager mode, both with both backbones and number formats.</summary>
internal abstract class AgainstPyTorch(string work, string request, Action<SSDSubject> round, double target, int rounds) : IBenchmark
{
    private const int Batch = 2;

    public string Question => $"SSD300, {work}, batches of {Batch}: the library against torchvision in PyTorch's eager mode; items are images.";

    public void Run(Report report)
    {
        foreach (DetectionBackbone backbone in (DetectionBackbone[])[DetectionBackbone.ResNet18, DetectionBackbone.Vgg16])
            foreach (Precision precision in Enum.GetValues<Precision>())
                Compare(report, backbone, precision);
    }

    private void Compare(Report report, DetectionBackbone backbone, Precision precision)
    {
        using var library = new SSDSubject(backbone, precision, Batch);
        using var peer = new PyTorchPeer("ssd.py", $"{backbone}".ToLowerInvariant(), $"{precision}".ToLowerInvariant(), $"{Batch}", $"{torch.get_num_threads()}");
        report.Contests(new Contest($"{backbone}, {precision}; peer: {peer.Description}",
            Contest.Timed(() => round(library)), () => peer.Do(request), Batch, target, rounds));
    }
}

internal sealed class TrainingStep() : AgainstPyTorch("one update", "train", subject => subject.Train(), 1.0, rounds: 3);

internal sealed class Inference() : AgainstPyTorch("pixels to logits and offsets", "infer", subject => subject.Infer(), 1.3, rounds: 7);
