using MLNetDeepExtensions.Blocks;
using MLNetDeepExtensions.Classification;
using MLNetDeepExtensions.Detection;
using TorchSharp;

namespace MLNetDeepExtensions.Benchmarks;

/// <summary>The same networks here and in PyTorch's eager mode, in both number formats.</summary>
internal abstract class AgainstPyTorch(string work, string request, Action<ISubject> round, double target, int rounds) : IBenchmark
{
    private static readonly Rival[] Rivals =
    [
        Detector(DetectionBackbone.ResNet18), Detector(DetectionBackbone.Vgg16), Classifier(SENetArchitecture.ResNet18), Classifier(SENetArchitecture.ResNet50),
    ];

    public string Question => $"{work}: the library against PyTorch's eager mode; items are images.";

    public void Run(Report report)
    {
        foreach (Rival rival in Rivals)
            foreach (Precision precision in Enum.GetValues<Precision>())
                Compare(report, rival, precision);
    }

    private void Compare(Report report, Rival rival, Precision precision)
    {
        using ISubject library = rival.Create(precision);
        using var peer = new PyTorchPeer(rival.Script, rival.Network, $"{precision}".ToLowerInvariant(), $"{rival.Batch}", $"{torch.get_num_threads()}");
        report.Contests(new Contest($"{rival.Name}, {precision}, batches of {rival.Batch}; peer: {peer.Description}",
            Contest.Timed(() => round(library)), () => peer.Do(request), rival.Batch, target, rounds));
    }

    private static Rival Detector(DetectionBackbone backbone)
    {
        const int Batch = 2;
        return new($"SSD300-{backbone}", "ssd.py", $"{backbone}".ToLowerInvariant(), Batch, precision => new SSDSubject(backbone, precision, Batch));
    }

    private static Rival Classifier(SENetArchitecture architecture)
    {
        const int Batch = 8;
        return new($"SE-{architecture}", "senet.py", $"{architecture}".ToLowerInvariant(), Batch, precision => new SENetSubject(architecture, precision, Batch));
    }

    /// <param name="Name">For people.</param>
    /// <param name="Script">Of the peer.</param>
    /// <param name="Network">What the peer calls the network.</param>
    /// <param name="Batch">Images at once.</param>
    /// <param name="Create">The library's.</param>
    private sealed record Rival(string Name, string Script, string Network, int Batch, Func<Precision, ISubject> Create);
}

internal sealed class TrainingStep() : AgainstPyTorch("One update", "train", subject => subject.Train(), 1.0, rounds: 3);

internal sealed class Inference() : AgainstPyTorch("Pixels to logits (and offsets)", "infer", subject => subject.Infer(), 1.3, rounds: 7);
