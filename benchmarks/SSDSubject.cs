using MLNetDeepExtensions.Blocks;
using MLNetDeepExtensions.Detection;
using MLNetDeepExtensions.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Benchmarks;

/// <summary>SSD300 for 20 classes as the trainer trains it and as the transformer runs it, on a batch of noise with two objects in each image.</summary>
internal sealed class SSDSubject : ISubject
{
    private readonly SSDNetwork inference;
    private readonly SSDLoss loss;
    private readonly SupervisedStep<SSDNetwork, DetectionBatch> step;
    private readonly SSDNetwork trained;
    private readonly DetectionBatch batch;
    private readonly Rates rates = new(new Dictionary<string, double> { [SupervisedStep<SSDNetwork, DetectionBatch>.OptimiserName] = 1 }, 0);

    public SSDSubject(DetectionBackbone backbone, Precision precision, int batchSize)
    {
        random.manual_seed(1);
        var options = new SSDNetworkOptions { Backbone = backbone, Classes = 20 };
        (inference, trained) = (new SSDNetwork(options), new SSDNetwork(options));
        InferencePreparation.Prepare(inference, precision);
        ChannelsLast.Apply(trained);
        loss = new SSDLoss(options);
        step = new(trained, optim.SGD(trained.parameters(), 1e-5, momentum: 0.9, weight_decay: 5e-4), Terms,
            precision == Precision.BFloat16 ? new BFloat16Copy<SSDNetwork>(trained, Copy(options)) : null);
        LabelledBox[] objects = [new(new Box(20, 30, 120, 150), 0), new(new Box(150, 60, 280, 290), 1)];
        batch = new DetectionBatch(rand(batchSize, 3, options.ImageSize, options.ImageSize), DetectionTargets.From([.. Enumerable.Repeat(objects, batchSize)]));
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
        loss.Dispose();
        batch.Dispose();
        trained.Dispose();
        inference.Dispose();
    }

    private IReadOnlyList<LossTensor> Terms(SSDNetwork network, DetectionBatch images)
    {
        SSDLossTerms terms = loss.Of(network.call(images.Images_N3HW), images.Targets);
        return [new LossTensor("confidence", terms.Confidence), new LossTensor("localisation", terms.Localisation)];
    }

    private static SSDNetwork Copy(SSDNetworkOptions options)
    {
        var copy = new SSDNetwork(options);
        ChannelsLast.Apply(copy);
        return copy;
    }
}
