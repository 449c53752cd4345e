namespace MLNetDeepExtensions.Weights.Pickle;

/// <summary>Finds the tensors in what a checkpoint holds.</summary>
/// <remarks>
/// Tensors lie in dictionaries, which may lie in dictionaries: names are joined by dots. Checkpoints often keep the state dictionary under
/// a key of its own beside numbers and settings (<c>model</c>, <c>state_dict</c>); while all tensors lie under one key, that key is dropped.
/// </remarks>
internal static class StateDictionary
{
    const int MaxDepth = 16;

    internal static List<(string Name, PickledTensor Tensor)> Flatten(object? root, string source)
    {
        if (root is not PickleDictionary dictionary)
            throw new WeightsFormatException(source, PyTorchArchive.PickleName, "expected a dictionary of tensors, as state_dict() gives.");
        var found = new List<(string[] Path, PickledTensor Tensor)>();
        Collect(dictionary, [], new HashSet<PickleDictionary>(ReferenceEqualityComparer.Instance), found, source);
        if (found.Count == 0)
            throw new WeightsFormatException(source, PyTorchArchive.PickleName, "holds no tensors under string keys.");
        int wrappers = SharedWrappers(found);
        return Named(found.Select(item => (string.Join('.', item.Path[wrappers..]), item.Tensor)), source);
    }

    // A dictionary is entered once: shared and circular ones would otherwise multiply without end.
    static void Collect(PickleDictionary dictionary, string[] path, HashSet<PickleDictionary> entered, List<(string[], PickledTensor)> found, string source)
    {
        if (!entered.Add(dictionary))
            return;
        if (path.Length > MaxDepth)
            throw new WeightsFormatException(source, PyTorchArchive.PickleName, $"dictionaries are nested more than {MaxDepth} deep.");
        foreach (var (key, value) in dictionary.Items)
        {
            if (value is PickledTensor tensor)
                found.Add(([.. path, key], tensor));
            else if (value is PickleDictionary inner)
                Collect(inner, [.. path, key], entered, found, source);
        }
    }

    static List<(string, PickledTensor)> Named(IEnumerable<(string Name, PickledTensor Tensor)> tensors, string source)
    {
        var named = tensors.ToList();
        return named.GroupBy(item => item.Name).FirstOrDefault(group => group.Count() > 1) is { Key: string twice }
            ? throw new WeightsFormatException(source, twice, "two tensors have this name once their dictionaries are joined.")
            : named;
    }

    static int SharedWrappers(List<(string[] Path, PickledTensor Tensor)> found)
    {
        int depth = 0;
        while (found.All(item => item.Path.Length > depth + 1 && item.Path[depth] == found[0].Path[depth]))
            depth++;
        return depth;
    }
}
