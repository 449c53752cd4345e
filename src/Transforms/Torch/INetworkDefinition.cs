using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetDeepExtensions.Torch;

/// <summary>
/// Describes a network of your own. Implement it with a record that has a parameterless constructor and carries
/// <see cref="NetworkDefinitionAttribute"/>: its properties are what a saved model keeps, as JSON.
/// </summary>
/// <typeparam name="TInput">What the network takes: <see cref="Tensor"/>.</typeparam>
/// <typeparam name="TOutput">What it gives: <see cref="Tensor"/>.</typeparam>
public interface INetworkDefinition<TInput, TOutput>
{
    /// <summary>
    /// Makes the network, with initial weights from TorchSharp's global generator. The same definition and data must always give parameters of the same
    /// names and shapes.
    /// </summary>
    /// <param name="data">What the data says: sizes of the inputs, number of classes.</param>
    Module<TInput, TOutput> Create(NetworkContext data);
}
