using Microsoft.ML.Runtime;
using MLNetDeepExtensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML;

/// <summary>Trainers for modules of your own.</summary>
public sealed class TorchTrainers
{
    private readonly IHostEnvironment env;

    internal TorchTrainers(IHostEnvironment env) => this.env = env;

    /// <summary>Trains a module that takes one tensor and gives one.</summary>
    /// <param name="definition">What the network is; saved with the model.</param>
    /// <param name="options">What it takes, gives and learns from, and how it is trained.</param>
    /// <exception cref="ArgumentException">The definition has no contract, or options are out of range.</exception>
    public ModuleTrainer Module(INetworkDefinition<Tensor, Tensor> definition, ModuleTrainer.Options options) => new(env, definition, options);

    /// <summary>Trains a classifier on a vector column.</summary>
    /// <param name="definition">What the network is: a vector in, one logit per class out.</param>
    /// <param name="labelColumnName">A key.</param>
    /// <param name="featureColumnName">A vector of Single.</param>
    /// <param name="maxEpochs">Passes over the data.</param>
    /// <param name="batchSize">Rows per update.</param>
    /// <param name="learningRate">Of AdamW.</param>
    public ModuleTrainer Module(INetworkDefinition<Tensor, Tensor> definition, string labelColumnName = "Label", string featureColumnName = "Features",
        int maxEpochs = 100, int batchSize = 32, double learningRate = 1e-3) => Module(definition, new ModuleTrainer.Options
        {
            Inputs = [Input.Vector(featureColumnName)], Target = Input.Key(labelColumnName),
            MaxEpochs = maxEpochs, BatchSize = batchSize, LearningRate = learningRate,
        });
}

/// <summary>Adds trainers to <see cref="TorchCatalog"/>.</summary>
public static class TorchCatalogTrainers
{
    extension(TorchCatalog catalog)
    {
        /// <summary>Trainers for modules of your own.</summary>
        public TorchTrainers Trainers => new(catalog.Environment);
    }
}
