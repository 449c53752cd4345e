using TorchSharp;

namespace MLNetDeepExtensions.Weights;

/// <summary>A tensor in a weights file, as known before its data is read.</summary>
/// <param name="Name">Name, unique within its file, usually a key of a module's state dictionary.</param>
/// <param name="Type">Element type of the stored values.</param>
/// <param name="Shape">Extent of every dimension; empty for a scalar.</param>
public sealed record TensorEntry(string Name, torch.ScalarType Type, IReadOnlyList<long> Shape)
{
    /// <summary>Number of elements, the product of the shape: 1 for a scalar.</summary>
    public long ElementCount => Shape.Aggregate(1L, (count, extent) => count * extent);

    /// <summary>Name, type and shape, as in <c>conv1.weight: Float32 [64, 3, 7, 7]</c>.</summary>
    public override string ToString() => $"{Name}: {Type} {TensorShape.Format(Shape)}";
}
