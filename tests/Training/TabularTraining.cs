using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetDeepExtensions.Images;
using MLNetDeepExtensions.Torch;
using MLNetDeepExtensions.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Tests.Training;

/// <summary>A trainer that is done in milliseconds: a small network on four numbers per row, three classes.</summary>
internal static class TabularTraining
{
    [NetworkDefinition("tests.tabular/1")]
    internal sealed record Definition : INetworkDefinition<Tensor, Tensor>
    {
        public double Dropout { get; init; } = 0.2;

        public bool Normalised { get; init; }

        public nn.Module<Tensor, Tensor> Create(NetworkContext data) => nn.Sequential(
            nn.Linear(data.InputSize("Features"), 8), Normalised ? nn.BatchNorm1d(8) : nn.ReLU(), nn.Dropout(Dropout), nn.Linear(8, data.ClassCount));
    }

    internal sealed class Row
    {
        [VectorType(4)]
        public float[] Features { get; set; } = [];

        /// <summary>ML.NET counts the single keys of classes from 0; what is beyond the count becomes a missing key.</summary>
        [KeyType(3)]
        public uint Label { get; set; }
    }

    public static IEnumerable<Row> Rows(int count, int seed = 1) => Enumerable.Range(0, count).Select(i =>
    {
        var random = new SampleRandom(seed, 0, i);
        float[] features = [.. Enumerable.Range(0, 4).Select(_ => (float)random.Uniform(-1, 1))];
        return new Row { Features = features, Label = features[0] > 0.3 ? 2u : features[1] > 0 ? 1u : 0u };
    });

    public static IDataView Data(MLContext ml, int count = 24, int seed = 1) => ml.Data.LoadFromEnumerable(Rows(count, seed).ToList());

    public static ModuleTrainer.Options Options(int epochs = 3) => new() { MaxEpochs = epochs, BatchSize = 4, LearningRate = 0.01, Seed = 3 };

    public static ModuleTransformer Fit(ModuleTrainer.Options options, MLContext? ml = null, IDataView? data = null, Definition? definition = null)
    {
        ml ??= new MLContext();
        return ml.Torch.Trainers.Module(definition ?? new Definition(), options).Fit(data ?? Data(ml));
    }

    /// <summary>Trains, and gives the hash of the weights.</summary>
    public static string HashAfter(ModuleTrainer.Options options, MLContext? ml = null, IDataView? data = null)
    {
        using ModuleTransformer model = Fit(options, ml, data);
        return HashOf(model);
    }

    public static string HashOf(ModuleTransformer model) => model.UseNetwork(network => Loop.Hash(network));
}
