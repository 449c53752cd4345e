using MLNetDeepExtensions.Blocks;
using MLNetDeepExtensions.Detection;
using MLNetDeepExtensions.Images;
using MLNetDeepExtensions.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Benchmarks;

/// <summary>A network to be measured: as its trainer trains it and as its transformer runs it.</summary>
internal interface ISubject : IDisposable
{
    /// <summary>One update: forward, loss, backward, optimiser.</summary>
    void Train();

    /// <summary>From pixels to the network's result.</summary>
    void Infer();
}

/// <summary>A detector on a batch of noise with two objects in each image.</summary>
/// <param name="create">Makes a network of random weights.</param>
/// <param name="terms">Its loss.</param>
/// <param name="infer">Runs it.</param>
/// <param name="imageSize">Side of its images in pixels.</param>
/// <param name="precision">The number format of training and inference.</param>
/// <param name="batchSize">Images at once.</param>
internal sealed class DetectorSubject<TNetwork>(Func<TNetwork> create, Func<TNetwork, DetectionBatch, IReadOnlyList<LossTensor>> terms,
    Action<TNetwork, Tensor> infer, int imageSize, Precision precision, int batchSize) : ISubject where TNetwork : nn.Module
{
    private readonly TNetwork inference = ForInference(create(), precision);
    private readonly Training training = new(create, terms, precision);
    private readonly DetectionBatch batch = Batch(imageSize, batchSize);
    private readonly Rates rates = new(new Dictionary<string, double> { [SupervisedStep<TNetwork, DetectionBatch>.OptimiserName] = 1 }, 0);

    public void Train()
    {
        using DisposeScope scope = NewDisposeScope();
        training.Step.Step([batch], rates);
    }

    public void Infer()
    {
        using IDisposable mode = inference_mode();
        using DisposeScope scope = NewDisposeScope();
        infer(inference, batch.Images_N3HW);
    }

    public void Dispose()
    {
        training.Step.Dispose();
        training.Network.Dispose();
        batch.Dispose();
        inference.Dispose();
    }

    private static TNetwork ForInference(TNetwork network, Precision precision)
    {
        InferencePreparation.Prepare(network, precision);
        return network;
    }

    private static DetectionBatch Batch(int imageSize, int batchSize)
    {
        float side = imageSize;
        LabelledBox[] objects = [new(new Box(.07f * side, .1f * side, .4f * side, .5f * side), 0), new(new Box(.5f * side, .2f * side, .93f * side, .97f * side), 1)];
        var images = new PaddedImages(rand(batchSize, 3, imageSize, imageSize), [.. Enumerable.Repeat((imageSize, imageSize), batchSize)]);
        return new DetectionBatch(images, DetectionTargets.From([.. Enumerable.Repeat(objects, batchSize)]), []);
    }

    private sealed class Training
    {
        public Training(Func<TNetwork> create, Func<TNetwork, DetectionBatch, IReadOnlyList<LossTensor>> terms, Precision precision)
        {
            Network = ForTraining(create);
            Step = new(Network, optim.SGD(Network.parameters(), 1e-5, momentum: 0.9, weight_decay: 5e-4), terms,
                precision == Precision.BFloat16 ? new BFloat16Copy<TNetwork>(Network, ForTraining(create)) : null);
        }

        public TNetwork Network { get; }

        public SupervisedStep<TNetwork, DetectionBatch> Step { get; }

        private static TNetwork ForTraining(Func<TNetwork> create)
        {
            TNetwork network = create();
            ChannelsLast.Apply(network);
            return network;
        }
    }
}
