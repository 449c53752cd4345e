using TorchSharp;
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
        using IDisposable noGradient = no_grad();
        values = Of(networks).ToDictionary(entry => entry.Key, entry => entry.Value.clone().DetachFromDisposeScope());
    }

    /// <summary>All parameters and buffers by <c>network.name</c>.</summary>
    public static IEnumerable<KeyValuePair<string, Tensor>> Of(IReadOnlyDictionary<string, Module> networks) =>
        from network in networks
        from entry in network.Value.state_dict()
        select KeyValuePair.Create($"{network.Key}.{entry.Key}", entry.Value);

    /// <summary>Takes the networks' present values in place of the ones held.</summary>
    public void Take() => Each((held, present) => held.copy_(present));

    /// <summary>Gives the networks the values held.</summary>
    public void Restore() => Each((held, present) => present.copy_(held));

    /// <summary>Moves the values held towards the networks' by one minus <paramref name="decay"/>; counts are taken over.</summary>
    public void Approach(double decay) => Each((held, present) =>
    {
        if (held.is_floating_point())
            held.mul_(decay).add_(present, alpha: 1 - decay);
        else
            held.copy_(present);
    });

    /// <summary>Exchanges the values held with the networks'.</summary>
    public void Swap() => Each((held, present) =>
    {
        Tensor copy = held.clone();
        held.copy_(present);
        present.copy_(copy);
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
        using DisposeScope scope = NewDisposeScope();
        foreach ((string name, Tensor present) in Of(networks))
            action(values[name], present);
    }
}
