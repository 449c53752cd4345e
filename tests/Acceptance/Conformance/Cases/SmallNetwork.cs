using MLNetDeepExtensions.Torch;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetDeepExtensions.Tests.Acceptance.Conformance.Cases;

/// <summary>Two layers with dropout between them.</summary>
[NetworkDefinition("tests.small/1")]
public sealed record SmallNetwork : INetworkDefinition<Tensor, Tensor>
{
    /// <summary>The vector that the network takes.</summary>
    public string InputColumnName { get; init; } = "Features";

    /// <summary>Numbers between the layers.</summary>
    public int Width { get; init; } = 8;

    /// <inheritdoc/>
    public Module<Tensor, Tensor> Create(NetworkContext data) => Sequential(
        ("first", Linear(data.InputSize(InputColumnName), Width)), ("activation", ReLU()), ("dropout", Dropout(0.1)), ("second", Linear(Width, data.ClassCount)));
}
