using MLNetDeepExtensions.Blocks;
using MLNetDeepExtensions.Classification;
using MLNetDeepExtensions.Training;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetDeepExtensions.Benchmarks;

/// <summary>A Squeeze-and-Excitation network for 1000 classes on a batch of noise of 224 x 224 pixels.</summary>
internal sealed class SENetSubject : ISubject
{
    private readonly SENetNetwork inference, trained;
    private readonly SupervisedStep<SENetNetwork, ClassificationBatch> step;
    private readonly ClassificationBatch batch;
    private readonly Rates rates = new(new Dictionary<string, double> { [SupervisedStep<SENetNetwork, ClassificationBatch>.OptimiserName] = 1 }, 0);

    public SENetSubject(SENetArchitecture architecture, Precision precision, int batchSize)
    {
        random.manual_seed(1);
        var options = new SENetNetworkOptions { Architecture = architecture, Classes = 1000 };
        (inference, trained) = (new SENetNetwork(options), Trainable(options));
        InferencePreparation.Prepare(inference, precision);
        step = new(trained, optim.SGD(trained.parameters(), 1e-5, momentum: 0.9, weight_decay: 1e-4), Terms,
            precision == Precision.BFloat16 ? new BFloat16Copy<SENetNetwork>(trained, Trainable(options)) : null);
        batch = new ClassificationBatch(rand(batchSize, 3, options.ImageSize, options.ImageSize), arange(batchSize, ScalarType.Int64));
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
        inference.call(batch.Images_N3HW);
    }

    public void Dispose()
    {
        step.Dispose();
        batch.Dispose();
        trained.Dispose();
        inference.Dispose();
    }

    private static IReadOnlyList<LossTensor> Terms(SENetNetwork network, ClassificationBatch images) =>
        [new LossTensor("crossEntropy", functional.cross_entropy(network.call(images.Images_N3HW).to(ScalarType.Float32), images.Classes_N))];

    private static SENetNetwork Trainable(SENetNetworkOptions options)
    {
        var network = new SENetNetwork(options);
        ChannelsLast.Apply(network);
        return network;
    }
}
