using MLNetDeepExtensions.Blocks;
using MLNetDeepExtensions.ImageGeneration;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Benchmarks;

/// <summary>The small Self-Attention GAN for handwritten digits: updates of both networks and generation, here and in PyTorch.</summary>
internal sealed class SelfAttentionGan : IBenchmark
{
    private const int Classes = 10, Batch = 32;

    private static readonly SelfAttentionGanNetworkOptions Network = SelfAttentionGanNetworkOptions.Small with { Classes = Classes, Channels = 1 };

    public string Question => $"The small Self-Attention GAN for grey images of {Network.ImageSize} pixels of {Classes} classes, batches of {Batch}: one update of "
        + "discriminator and generator, and generation from noise and classes to images as tensors, the library against PyTorch's eager mode; items are images.";

    public void Run(Report report)
    {
        new GanContests("sagan.py", "small", Batch, Create).Run(report);
        report.Note("Both sides have spectral normalisation with one power iteration in each pass of training and convolve skips before they grow. The library "
            + "convolves and doubles, or convolves and halves, in one operation with a kernel longer by one; the peer in two, as it is written down. For "
            + "generation the library divides by singular values once, before; the peer, as PyTorch does, in each pass.");
    }

    private static StepSubject<GenerationBatch> Create(Precision precision)
    {
        random.manual_seed(1);
        SelfAttentionGanGenerator.Options options = SelfAttentionGanGenerator.Options.Small with { Network = Network, BatchSize = Batch, Precision = precision };
        SelfAttentionGanNetwork network = new(Network), inference = new(Network);
        InferencePreparation.Prepare(inference, precision);
        var step = new SelfAttentionGanStep(
            network, options, options.CreateOptimisers(network.Generator.parameters(), network.Discriminator.parameters()));
        var batch = new GenerationBatch(
            rand(Batch, Network.Channels, Network.ImageSize, Network.ImageSize) * 2 - 1, randint(Classes, [Batch], ScalarType.Int64));
        var (noise_NZ, classes_N) = SelfAttentionGanInputs.Random(Network, Batch, CPU);
        return new(step, batch, () => inference.call(noise_NZ, classes_N), [network, inference, noise_NZ, classes_N!]);
    }
}
