using System.Globalization;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Training;

/// <summary>Gives back what a <see cref="StateWriter"/> collected.</summary>
internal sealed class StateReader(IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string> texts, string prefix = "")
{
    /// <summary>A reader of the section of that name.</summary>
    public StateReader Section(string name) => new(tensors, texts, $"{prefix}{name}/");

    /// <summary>Names of the tensors of this section, without the section's own name.</summary>
    public IEnumerable<string> TensorNames => tensors.Keys.Where(key => key.StartsWith(prefix, StringComparison.Ordinal)).Select(key => key[prefix.Length..]);

    public bool Contains(string name) => tensors.ContainsKey(prefix + name);

    /// <summary>The stored tensor, owned by the checkpoint.</summary>
    /// <exception cref="InvalidDataException">There is no tensor of that name.</exception>
    public Tensor Read(string name) => tensors.GetValueOrDefault(prefix + name)
        ?? throw new InvalidDataException($"The checkpoint has no tensor '{prefix}{name}'.");

    /// <summary>Copies the stored values into a tensor, whatever its strides and device.</summary>
    /// <exception cref="InvalidDataException">There is no tensor of that name, or it has another shape.</exception>
    public void ReadInto(string name, Tensor target)
    {
        Tensor stored = Read(name);
        if (!stored.shape.SequenceEqual(target.shape))
            throw new InvalidDataException($"Tensor '{prefix}{name}' of the checkpoint: expected shape [{string.Join(", ", target.shape)}], got [{string.Join(", ", stored.shape)}].");
        using IDisposable noGradient = no_grad();
        target.copy_(stored);
    }

    /// <exception cref="InvalidDataException">There is no text of that name.</exception>
    public string ReadText(string name) => texts.GetValueOrDefault(prefix + name)
        ?? throw new InvalidDataException($"The checkpoint has no entry '{prefix}{name}'.");

    public long ReadCount(string name) => long.Parse(ReadText(name), CultureInfo.InvariantCulture);
}
