using System.Runtime.InteropServices;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNetDeepExtensions.Bridge;
using MLNetDeepExtensions.Images;
using MLNetDeepExtensions.Labels;
using MLNetDeepExtensions.Training;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetDeepExtensions.Detection;

/// <summary>What all detection trainers do: read images with boxes, train a network, validate by mean average precision.</summary>
public abstract class DetectionTrainer<TTransformer, TNetwork> : NetworkTrainer<TTransformer>
    where TTransformer : DetectionTransformer
    where TNetwork : Module
{
    private readonly DetectionTrainingOptions options;
    private readonly DetectionSampleReader samples;

    private protected DetectionTrainer(IHostEnvironment env, DetectionTrainingOptions options) : base(env, options)
    {
        this.options = options;
        samples = new DetectionSampleReader(Host, options);
    }

    /// <summary>The network for so many classes, with random weights.</summary>
    private protected abstract TNetwork CreateNetwork(int classes);

    /// <summary>Replaces random weights by those of a file or of another model, if the options name one.</summary>
    private protected abstract void LoadFirstWeights(TNetwork network);

    /// <summary>A random view of a sample, as the network is to see it in training.</summary>
    private protected abstract DetectionView Augment(DetectionSample sample, SampleRandom random);

    /// <summary>An optimiser of what is not frozen.</summary>
    private protected OptimizerHelper CreateOptimiser(Module learning) =>
        MomentumDescent.Of(learning, options.LearningRate, options.Momentum, options.WeightDecay);

    /// <summary>The loss of a batch; dispose when training is done.</summary>
    private protected abstract DetectionLoss<TNetwork> CreateLoss(TNetwork network, Device device);

    /// <summary>How views of different sizes become one batch.</summary>
    private protected virtual BatchPadding Padding => BatchPadding.None;

    /// <summary>Trains the network: unless a system says otherwise, all weights at once by the whole loss.</summary>
    private protected virtual TrainingHistory Train(DetectionTraining<TNetwork> training)
    {
        using DetectionLoss<TNetwork> loss = CreateLoss(training.Network, training.Device);
        return training.Train(training.Phase(
            "training", training.Network, training.CreateNetwork, () => CreateOptimiser(training.Network), loss.Of));
    }

    /// <summary>What goes before and after the network, for validation.</summary>
    private protected abstract IDetector<TNetwork> CreateDetector(TNetwork network, Device device);

    private protected abstract TTransformer CreateTransformer(TNetwork network, ClassLabels labels, Device device, TrainingHistory history);

    private protected sealed override void CheckColumns(SchemaShape input) => samples.Check(input);

    private protected sealed override IEnumerable<SchemaShape.Column> Promise(SchemaShape input) =>
        options.Columns.Promise(ColumnShapes.KeyValuesOf(input.Find(Host, "label", options.LabelColumnName)));

    private protected sealed override TTransformer Fit(IDataView input, TrainingRun run)
    {
        ClassLabels labels = LabelsOf(input.Schema);
        LabelAgreement.Ensure(options, options.LabelColumnName, labels, LabelsOf);
        var feed = run.Feed(input, samples.For(input.Schema), Recipe(run.Device));
        TNetwork network = CreateNetwork(labels.Count);
        try
        {
            LoadFirstWeights(network);
            network.to(run.Device);
            Validation? validation = run.ValidationRows(input, samples.For) is { } rows
                ? new Validation(() => Measure(network, rows(), run.Device), options.BestBy ?? DetectionValidation.DefaultMetric, new HashSet<string>())
                : null;
            var training = new DetectionTraining<TNetwork>(
                run, feed, input.Schema, network, () => (TNetwork)CreateNetwork(labels.Count).to(run.Device), validation);
            return CreateTransformer(network, labels, run.Device, Train(training));
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    private SampleRecipe<DetectionSample, DetectionView, DetectionBatch> Recipe(Device device) => new(
        (sample, random) => Augment(options.UseDifficult ? sample : sample with { Objects = [.. sample.Objects.Where(o => !o.Difficult)] }, random),
        views => DetectionBatch.Of(views, Padding, device),
        new BatchingByCount<DetectionSample>(options.BatchSize),
        (sample, hash) =>
        {
            hash.AppendData(sample.Image.Pixels);
            hash.AppendData(MemoryMarshal.AsBytes(sample.Objects.ToArray().AsSpan()));
            hash.AppendData(MemoryMarshal.AsBytes(sample.Proposals.ToArray().AsSpan()));
        });

    private IReadOnlyDictionary<string, double> Measure(TNetwork network, IEnumerable<DetectionSample> rows, Device device)
    {
        network.eval();
        using IDetector<TNetwork> detector = CreateDetector(network, device);
        return DetectionValidation.Measure(inputs => detector.Detect(network, inputs), rows, options.Inference.BatchSize);
    }

    private ClassLabels LabelsOf(DataViewSchema schema) => ClassLabels.Of(schema.Find(Host, "label", options.LabelColumnName));
}
