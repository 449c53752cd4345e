using MLNetDeepExtensions.Blocks;
using MLNetDeepExtensions.ImageTranslation;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Benchmarks;

/// <summary>CycleGAN here and in PyTorch's eager mode: an update of all four networks, and translations.</summary>
internal sealed class ImageTranslation : IBenchmark
{
    private const int Blocks = 6, TrainingSide = 64, TranslationSide = 128;

    public string Question => $"CycleGAN with {Blocks} blocks: one update of generators and discriminators on an image of {TrainingSide} pixels of each domain, and a "
        + $"translation of an image of {TranslationSide} pixels, against PyTorch's eager mode; items are updates and images.";

    public void Run(Report report)
    {
        using StepSubject<UnpairedBatch> subject = Create();
        using var peer = new PyTorchPeer("cyclegan.py", $"{Blocks}", "float32", "1", $"{get_num_threads()}");
        report.Contests(
            new Contest($"Update, {subject.Parameters} parameters; peer: {peer.Description}", Contest.Timed(subject.Train), () => peer.Do("train"), 1, 1.0, Rounds: 5),
            new Contest("Translation", Contest.Timed(subject.Infer), () => peer.Do("infer"), 1, 1.3, Rounds: 7));
    }

    private static StepSubject<UnpairedBatch> Create()
    {
        random.manual_seed(1);
        var options = new CycleGanTranslator.Options { Network = new CycleGanNetworkOptions { ResidualBlocks = Blocks } };
        var generators = new CycleGanNetwork(options.Network);
        var discriminators = new CycleGanDiscriminators(options.Network);
        var prepared = new CycleGanGenerator(options.Network);
        InferencePreparation.Prepare(prepared);
        var step = new CycleGanStep(options, generators, discriminators, null, null, CPU, seed: 1);
        Tensor image_13HW = Image(TranslationSide);
        return new(step, new UnpairedBatch(Image(TrainingSide), Image(TrainingSide)), () => prepared.call(image_13HW),
            [generators, discriminators, prepared, image_13HW]);
    }

    private static Tensor Image(int side) => rand(1, 3, side, side) * 2 - 1;
}
