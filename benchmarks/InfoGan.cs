using MLNetDeepExtensions.Blocks;
using MLNetDeepExtensions.ImageGeneration;
using MLNetDeepExtensions.Training;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Benchmarks;

/// <summary>The paper's InfoGAN for MNIST: updates of both networks and generation, here and in PyTorch.</summary>
internal sealed class InfoGan : IBenchmark
{
    private const int Batch = 128;

    public string Question => $"InfoGAN for MNIST, batches of {Batch}: one update of discriminator and generator, and generation from noise and codes to images of "
        + "28 x 28 as tensors, the library against PyTorch's eager mode; items are images.";

    public void Run(Report report) => new GanContests("infogan.py", "mnist", Batch, Create).Run(report);

    private static StepSubject<GenerationBatch> Create(Precision precision)
    {
        var options = new InfoGanGenerator.Options { BatchSize = Batch, Precision = precision };
        InfoGanNetwork network = new(options.Network), inference = new(options.Network);
        InferencePreparation.Prepare(inference, precision);
        var step = new InfoGanStep(network, options, options.CreateOptimisers(network.Generator.parameters(), network.Discriminator.parameters()),
            precision == Precision.BFloat16 ? new BFloat16Copy<InfoGanNetwork>(network, new InfoGanNetwork(options.Network)) : null);
        Tensor inputs_NI = InfoGanInputs.Random(options.Network, Batch, CPU).Inputs_NI;
        return new(step, new GenerationBatch(rand(Batch, 1, 28, 28) * 2 - 1, null), () => inference.call(inputs_NI), [network, inference, inputs_NI]);
    }
}
