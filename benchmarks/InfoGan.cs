using MLNetDeepExtensions.Blocks;
using MLNetDeepExtensions.ImageGeneration;
using MLNetDeepExtensions.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Benchmarks;

/// <summary>The paper's InfoGAN for MNIST: updates of both networks and generation, here and in PyTorch.</summary>
internal sealed class InfoGan : IBenchmark
{
    private const int Batch = 128, Rounds = 5;

    public string Question => $"InfoGAN for MNIST, batches of {Batch}: one update of discriminator and generator, and generation from noise and codes to images of "
        + "28 x 28 as tensors, the library against PyTorch's eager mode; items are images.";

    public void Run(Report report)
    {
        foreach (Precision precision in Enum.GetValues<Precision>())
        {
            using var subject = new Subject(precision);
            using var peer = new PyTorchPeer("infogan.py", "mnist", $"{precision}".ToLowerInvariant(), $"{Batch}", $"{get_num_threads()}");
            report.Contests(
            [
                new Contest($"Update, {precision}; peer: {peer.Description}", Contest.Timed(subject.Train), () => peer.Do("train"), Batch, 1.0, Rounds),
                new Contest($"Generation, {precision}; peer: {peer.Description}", Contest.Timed(subject.Infer), () => peer.Do("infer"), Batch, 1.3, Rounds),
            ]);
        }
    }

    private sealed class Subject : ISubject
    {
        private readonly InfoGanNetwork network, inference;
        private readonly InfoGanStep step;
        private readonly GenerationBatch batch = new(rand(Batch, 1, 28, 28) * 2 - 1, null);
        private readonly Tensor inputs_NI;
        private readonly Rates rates = new(
            new Dictionary<string, double> { [AdversarialTrainingOptions.Generator] = 1, [AdversarialTrainingOptions.Discriminator] = 1 }, ClipNorm: 0);

        public Subject(Precision precision)
        {
            var options = new InfoGanGenerator.Options { BatchSize = Batch, Precision = precision };
            (network, inference) = (new InfoGanNetwork(options.Network), new InfoGanNetwork(options.Network));
            InferencePreparation.Prepare(inference, precision);
            step = new InfoGanStep(network, options, options.CreateOptimisers(network.Generator.parameters(), network.Discriminator.parameters()),
                precision == Precision.BFloat16 ? new BFloat16Copy<InfoGanNetwork>(network, new InfoGanNetwork(options.Network)) : null);
            using DisposeScope scope = NewDisposeScope();
            inputs_NI = InfoGanInputs.Random(options.Network, Batch, CPU).Inputs_NI.DetachFromDisposeScope();
        }

        public void Train()
        {
            using DisposeScope scope = NewDisposeScope();
            step.Step([batch], rates);
        }

        public void Infer()
        {
            using IDisposable mode = inference_mode();
            using DisposeScope scope = NewDisposeScope();
            inference.call(inputs_NI);
        }

        public void Dispose()
        {
            step.Dispose();
            network.Dispose();
            inference.Dispose();
            batch.Dispose();
            inputs_NI.Dispose();
        }
    }
}
