using MLNetDeepExtensions.Blocks;
using MLNetDeepExtensions.ImageTranslation;
using MLNetDeepExtensions.Training;
using TorchSharp;
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
        using var subject = new Translator();
        using var peer = new PyTorchPeer("cyclegan.py", $"{Blocks}", "float32", "1", $"{get_num_threads()}");
        report.Contests(
            new Contest($"Update; peer: {peer.Description}", Contest.Timed(subject.Train), () => peer.Do("train"), 1, 1.0, Rounds: 5),
            new Contest("Translation", Contest.Timed(subject.Translate), () => peer.Do("infer"), 1, 1.3, Rounds: 7));
    }

    private sealed class Translator : IDisposable
    {
        private readonly CycleGanNetworkOptions network = new() { ResidualBlocks = Blocks };
        private readonly CycleGanNetwork generators;
        private readonly CycleGanDiscriminators discriminators;
        private readonly CycleGanStep step;
        private readonly UnpairedBatch batch = new(rand(1, 3, TrainingSide, TrainingSide) * 2 - 1, rand(1, 3, TrainingSide, TrainingSide) * 2 - 1);
        private readonly CycleGanGenerator prepared;
        private readonly Tensor image_13HW = rand(1, 3, TranslationSide, TranslationSide) * 2 - 1;
        private readonly Rates rates = new(new Dictionary<string, double>
        {
            [AdversarialTrainingOptions.Generator] = 1, [AdversarialTrainingOptions.Discriminator] = 1,
        }, 0);

        public Translator()
        {
            random.manual_seed(1);
            (generators, discriminators, prepared) = (new(network), new(network), new(network));
            ChannelsLast.Apply(generators);
            ChannelsLast.Apply(discriminators);
            InferencePreparation.Prepare(prepared);
            step = new CycleGanStep(new CycleGanTranslator.Options { Network = network }, generators, discriminators, null, null, CPU, seed: 1);
        }

        public void Train()
        {
            using DisposeScope scope = NewDisposeScope();
            step.Step([batch], rates);
        }

        public void Translate()
        {
            using IDisposable mode = inference_mode();
            using DisposeScope scope = NewDisposeScope();
            _ = prepared.call(image_13HW);
        }

        public void Dispose()
        {
            step.Dispose();
            generators.Dispose();
            discriminators.Dispose();
            prepared.Dispose();
            batch.Dispose();
            image_13HW.Dispose();
        }
    }
}
