namespace MLNetDeepExtensions.Weights.Pickle;

/// <summary>What the names in a checkpoint stand for. Nothing is looked up outside this file, so nothing else can be called.</summary>
internal static class PickleGlobals
{
    const int TensorArguments = 6, ParameterArguments = 3;

    internal static object? Find(string module, string name) => (module, name) switch
    {
        ("collections", "OrderedDict") => PickleGlobal.OrderedDictionary,
        ("torch._utils", "_rebuild_tensor_v2") => PickleGlobal.RebuildTensor,
        ("torch._utils", "_rebuild_parameter") => PickleGlobal.RebuildParameter,
        ("torch", _) => ElementType.ByStorageName(name),
        _ => null,
    };

    /// <summary>What a call of the global gives, or null if the arguments are not those that PyTorch writes.</summary>
    internal static object? Call(PickleGlobal global, object?[] arguments) => global switch
    {
        PickleGlobal.OrderedDictionary => Dictionary(arguments),
        PickleGlobal.RebuildTensor when arguments.Length >= TensorArguments => Tensor(arguments),
        PickleGlobal.RebuildParameter when arguments.Length == ParameterArguments => arguments[0] as PickledTensor,
        _ => null,
    };

    /// <summary>The storage that a persistent identifier stands for, or null if it is of another kind.</summary>
    internal static PickledStorage? Storage(object? identifier) =>
        identifier is object?[] and ["storage", ElementType type, string key, string, long count, ..]
        && count >= 0 && count <= long.MaxValue / type.Size
            ? new(type, key, count)
            : null;

    static PickleDictionary? Dictionary(object?[] arguments)
    {
        var dictionary = new PickleDictionary();
        if (arguments.Length == 0)
            return dictionary;
        if (arguments is not [List<object?> pairs])
            return null;
        foreach (object? pair in pairs)
        {
            if (Pair(pair) is not (var key, var value))
                return null;
            dictionary.Set(key, value);
        }
        return dictionary;
    }

    static (object? Key, object? Value)? Pair(object? pair) => pair switch
    {
        object?[] and [var key, var value] => (key, value),
        List<object?> and [var key, var value] => (key, value),
        _ => null,
    };

    static PickledTensor? Tensor(object?[] arguments) =>
        arguments is [PickledStorage storage, long offset, object?[] size, object?[] steps, ..]
        && Extents(size) is { } shape && Extents(steps) is { } strides && IsInside(storage, offset, shape, strides)
            ? new(storage, offset, shape, strides)
            : null;

    static long[]? Extents(object?[] items) =>
        items.All(item => item is >= 0L) ? [.. items.Select(item => (long)item!)] : null;

    static bool IsInside(PickledStorage storage, long offset, long[] shape, long[] strides)
    {
        if (offset < 0 || shape.Length != strides.Length || !TensorShape.IsPossible(shape, storage.Type.Size, out _))
            return false;
        if (shape.Contains(0))
            return offset <= storage.Count;
        Int128 last = offset;
        foreach (var (extent, stride) in shape.Zip(strides))
            last += (Int128)(extent - 1) * stride;
        return last < storage.Count;
    }
}
