using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetDeepExtensions.Training;

/// <summary>Values for all parameters and buffers of some networks, beside the ones they have.</summary>
internal sealed class WeightSnapshot : IDisposable
{
    private readonly IReadOnlyDictionary<string, Module> networks;
    private readonly IReadOnlyDictionary<string, Tensor> values;

    /// <summary>Takes the networks' present values.</summary>
    public WeightSnapshot(IReadOnlyDictionary<string, Module> networks)
    {
        this.networks = networks;
        values = Of(networks).ToDictionary(entry => entry.Key, entry => entry.Value.detach().clone().DetachFromDisposeScope());
    }

    /// <summary>All parameters and buffers by <c>network.name</c>.</summary>
    public static IEnumerable<KeyValuePair<string, Tensor>> Of(IReadOnlyDictionary<string, Module> networks) =>
        from network in networks
        from entry in network.Value.state_dict()
        select KeyValuePair.Create($"{network.Key}.{entry.Key}", entry.Value);

    /// <summary>Takes the networks' present values in place of the ones held.</summary>
    public void Take() => Each((held, present) => held.copy_(present).Dispose());

    /// <summary>Gives the networks the values held.</summary>
    public void Restore() => Each((held, present) => present.copy_(held).Dispose());

    /// <summary>Moves the values held towards the networks' by one minus <paramref name="decay"/>; counts are taken over.</summary>
    public void Approach(double decay) => Each((held, present) =>
    {
        if (held.is_floating_point())
            held.lerp_(present, 1 - decay).Dispose();
        else
            held.copy_(present).Dispose();
    });

    /// <summary>Exchanges the values held with the networks'.</summary>
    public void Swap() => Each((held, present) =>
    {
        using Tensor copy = held.clone();
        held.copy_(present).Dispose();
        present.copy_(copy).Dispose();
    });

    public void Save(StateWriter writer)
    {
        foreach ((string name, Tensor value) in values)
            writer.Write(name, value);
    }

    public void Load(StateReader reader)
    {
        foreach ((string name, Tensor value) in values)
            reader.ReadInto(name, value);
    }

    public void Dispose()
    {
        foreach (Tensor value in values.Values)
            value.Dispose();
    }

    private void Each(Action<Tensor, Tensor> action)
    {
        using IDisposable noGradient = no_grad();
        foreach ((string name, Tensor present) in Of(networks))
            action(values[name], present);
    }
}
