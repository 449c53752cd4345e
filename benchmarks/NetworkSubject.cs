using MLNetDeepExtensions.Blocks;
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

/// <summary>A network on a batch that is made once.</summary>
/// <param name="create">Makes a network of random weights.</param>
/// <param name="terms">Its loss.</param>
/// <param name="infer">Runs it.</param>
/// <param name="batch">Images with what is in them; owned.</param>
/// <param name="precision">The number format of training and inference.</param>
internal sealed class NetworkSubject<TNetwork, TBatch>(Func<TNetwork> create, Func<TNetwork, TBatch, IReadOnlyList<LossTensor>> terms,
    Action<TNetwork, TBatch> infer, TBatch batch, Precision precision) : ISubject where TNetwork : nn.Module where TBatch : IDisposable
{
    // Each when it is wanted, so that memory is that of what is measured.
    private readonly Lazy<TNetwork> inference = new(() => ForInference(create(), precision));
    private readonly Lazy<Training> training = new(() => new(create, terms, precision));
    private readonly Rates rates = new(new Dictionary<string, double> { [SupervisedStep<TNetwork, TBatch>.OptimiserName] = 1 }, 0);

    public void Train()
    {
        ITrainingStep<TBatch> step = training.Value.Step;
        using DisposeScope scope = NewDisposeScope();
        step.Step([batch], rates);
    }

    public void Infer()
    {
        TNetwork network = inference.Value;
        using IDisposable mode = inference_mode();
        using DisposeScope scope = NewDisposeScope();
        infer(network, batch);
    }

    public void Dispose()
    {
        if (training.IsValueCreated)
        {
            training.Value.Step.Dispose();
            training.Value.Network.Dispose();
        }
        if (inference.IsValueCreated)
            inference.Value.Dispose();
        batch.Dispose();
    }

    private static TNetwork ForInference(TNetwork network, Precision precision)
    {
        InferencePreparation.Prepare(network, precision);
        return network;
    }

    private sealed class Training
    {
        public Training(Func<TNetwork> create, Func<TNetwork, TBatch, IReadOnlyList<LossTensor>> terms, Precision precision)
        {
            Network = ForTraining(create);
            Step = new(Network, optim.SGD(Network.parameters(), 1e-5, momentum: 0.9, weight_decay: 5e-4), terms,
                precision == Precision.BFloat16 ? new BFloat16Copy<TNetwork>(Network, ForTraining(create)) : null);
        }

        public TNetwork Network { get; }

        public SupervisedStep<TNetwork, TBatch> Step { get; }

        private static TNetwork ForTraining(Func<TNetwork> create)
        {
            TNetwork network = create();
            ChannelsLast.Apply(network);
            return network;
        }
    }
}
