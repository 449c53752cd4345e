using MLNetDeepExtensions.Weights;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Tests.Detection;

/// <summary>Weights in memory instead of a file.</summary>
internal sealed class StateSource(IReadOnlyDictionary<string, Tensor> state) : IWeightsSource
{
    public string Name => "state";

    public IReadOnlyList<TensorEntry> Entries { get; } =
        [.. state.Select(entry => new TensorEntry(entry.Key, entry.Value.dtype, entry.Value.shape))];

    public IReadOnlyDictionary<string, string> Metadata { get; } = new Dictionary<string, string>();

    public Tensor Read(TensorEntry entry) => state[entry.Name].detach().clone();

    public void ReadInto(TensorEntry entry, Tensor target)
    {
        using var constant = no_grad();
        target.copy_(state[entry.Name]);
    }

    public void Dispose()
    {
    }
}
