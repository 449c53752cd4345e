using static TorchSharp.torch;

namespace MLNetDeepExtensions.Training;

/// <summary>Collects named tensors and counts for a checkpoint. Tensors are not copied: they are written before training goes on.</summary>
internal sealed class StateWriter
{
    private readonly List<KeyValuePair<string, Tensor>> tensors;
    private readonly Dictionary<string, string> texts;
    private readonly string prefix;

    public StateWriter() : this([], [], "") { }

    private StateWriter(List<KeyValuePair<string, Tensor>> tensors, Dictionary<string, string> texts, string prefix) =>
        (this.tensors, this.texts, this.prefix) = (tensors, texts, prefix);

    public IReadOnlyList<KeyValuePair<string, Tensor>> Tensors => tensors;

    public IReadOnlyDictionary<string, string> Texts => texts;

    /// <summary>A writer into the same checkpoint whose names begin with the section's.</summary>
    public StateWriter Section(string name) => new(tensors, texts, $"{prefix}{name}/");

    public void Write(string name, Tensor value) => tensors.Add(new(prefix + name, value));

    public void Write(string name, string value) => texts.Add(prefix + name, value);

    public void Write(string name, long value) => Write(name, value.ToString(System.Globalization.CultureInfo.InvariantCulture));
}
