namespace MLNetDeepExtensions.Weights.Pickle;

/// <summary>Finds the tensors in what a checkpoint holds.</summary>
/// <remarks>
/// Tensors lie in dictionaries, which may lie in dictionaries: names are joined by dots. Checkpoints often keep the state dictionary under
/// a key of its own beside numbers and settings (<c>model</c>, <c>state_dict</c>): if all tensors lie under one key, that key is dropped.
/// </remarks>
internal sealed class StateDictionary
{
    const int MaxDepth = 16;

    readonly string _source;
    readonly HashSet<PickleDictionary> _entered = new(ReferenceEqualityComparer.Instance);
    readonly List<(string[] Path, PickledTensor Tensor)> _found = [];

    StateDictionary(string source) => _source = source;

    /// <summary>The tensors with their names, which are unique.</summary>
    internal static List<(string Name, PickledTensor Tensor)> Flatten(object? root, string source)
    {
        var state = new StateDictionary(source);
        state.Collect(root as PickleDictionary ?? throw state.Fault("expected a dictionary of tensors, as state_dict() gives."), []);
        return state._found.Count > 0 ? state.Named() : throw state.Fault("holds no tensors under string keys.");
    }

    // A dictionary is entered once: shared and circular ones would otherwise multiply without end.
    void Collect(PickleDictionary dictionary, string[] path)
    {
        if (!_entered.Add(dictionary))
            return;
        if (path.Length > MaxDepth)
            throw Fault($"dictionaries are nested more than {MaxDepth} deep.");
        foreach (var (key, value) in dictionary.Items)
        {
            if (value is PickledTensor tensor)
                _found.Add(([.. path, key], tensor));
            else if (value is PickleDictionary inner)
                Collect(inner, [.. path, key]);
        }
    }

    List<(string Name, PickledTensor Tensor)> Named()
    {
        int wrappers = SharedWrappers();
        var seen = new HashSet<string>();
        var named = new List<(string, PickledTensor)>();
        foreach (var (path, tensor) in _found)
        {
            string name = string.Join('.', path[wrappers..]);
            if (!seen.Add(name))
                throw new WeightsFormatException(_source, name, "two tensors have this name once their dictionaries are joined.");
            named.Add((name, tensor));
        }
        return named;
    }

    int SharedWrappers()
    {
        int depth = 0;
        while (_found.All(item => item.Path.Length > depth + 1 && item.Path[depth] == _found[0].Path[depth]))
            depth++;
        return depth;
    }

    WeightsFormatException Fault(string fault) => new(_source, PyTorchArchive.PickleName, fault);
}
