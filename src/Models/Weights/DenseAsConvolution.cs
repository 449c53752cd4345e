using static TorchSharp.torch;

namespace MLNetDeepExtensions.Weights;

/// <summary>Weights of which some dense layers [outputs, inputs] read as 1x1 convolutions [outputs, inputs, 1, 1].</summary>
/// <param name="file">The weights; not owned.</param>
/// <param name="isDense">True for names of such layers.</param>
internal sealed class DenseAsConvolution(IWeightsSource file, Predicate<string> isDense) : IWeightsSource
{
    private readonly Dictionary<string, TensorEntry> originals = file.Entries.ToDictionary(entry => entry.Name);

    public string Name => file.Name;

    public IReadOnlyList<TensorEntry> Entries { get; } =
        [.. file.Entries.Select(entry => isDense(entry.Name) && entry.Shape.Count == 2
            ? new TensorEntry(entry.Name, entry.Type, [.. entry.Shape, 1, 1]) : entry)];

    public IReadOnlyDictionary<string, string> Metadata => file.Metadata;

    public Tensor Read(TensorEntry entry)
    {
        using var scope = NewDisposeScope();
        return file.Read(originals[entry.Name]).reshape([.. entry.Shape]).MoveToOuterDisposeScope();
    }

    public void ReadInto(TensorEntry entry, Tensor target)
    {
        using var scope = NewDisposeScope();
        using var constant = no_grad();
        target.copy_(Read(entry));
    }

    public void Dispose()
    {
    }
}
