namespace MLNetDeepExtensions.Weights.Pickle;

/// <summary>The functions and classes that a pickled checkpoint may refer to; element types of storages are the only others.</summary>
internal enum PickleGlobal
{
    OrderedDictionary,
    RebuildTensor,
    RebuildParameter,
}

/// <summary>A dictionary's entries under string keys; entries under other keys name no weights and are dropped.</summary>
internal sealed class PickleDictionary
{
    internal OrderedDictionary<string, object?> Items { get; } = [];

    internal void Set(object? key, object? value)
    {
        if (key is string name)
            Items[name] = value;
    }
}

/// <summary>A storage: an archive member with a number of elements.</summary>
/// <param name="Type">Type of its elements.</param>
/// <param name="Key">Last part of the member's name.</param>
/// <param name="Count">Number of elements.</param>
internal sealed record PickledStorage(ElementType Type, string Key, long Count);

/// <summary>A view of a storage; offset, shape and strides in elements.</summary>
internal sealed record PickledTensor(PickledStorage Storage, long Offset, long[] Shape, long[] Strides)
{
    /// <summary>Number of storage elements from the view's first to its last, both included.</summary>
    internal long Extent => Shape.Contains(0) ? 0 : 1 + Shape.Zip(Strides, (extent, stride) => (extent - 1) * stride).Sum();

    internal bool IsRowMajor => Shape.Zip(Strides, TensorShape.RowMajorStrides(Shape)).All(d => d.First <= 1 || d.Second == d.Third);
}
